import { checklistItems } from '../../core/checklist/checklist.ts';
import { entriesOf, isRefused, itemsOf, type SpecDraft } from '../draft.ts';
import { keyError, keyWarning, valueError, type Fault } from '../fault.ts';
import { suiteNames } from './names.ts';
import { perEnvironment, type Rule } from './rule.ts';
import { namedTwice } from './twice.ts';

export const checksAreSuites: Rule = ({ draft }) => {
  const names = suiteNames(draft);
  const at = ['compliance', 'checks'];
  return [
    ...namedTwice(draft.compliance?.checks, at),
    ...namedTwice(draft.compliance?.frameworks, ['compliance', 'frameworks']),
    ...itemsOf(draft.compliance?.checks).flatMap(([index, check]) =>
      names.includes(check) || isRefused(draft, 'tests')
        ? []
        : [
            valueError([...at, index], {
              message: `There is no suite \`${check}\`.`,
              hint: `Add it under \`tests\`, for example \`${check}: { run: npm run ${check} }\`.`,
            }),
          ],
    ),
  ];
};

/** A framework that was chosen applies; no reason makes it go away. */
export const complianceOrNone: Rule = ({ draft: { compliance } }) => {
  if (compliance?.none === undefined) return [];
  return (['frameworks', 'checks'] as const)
    .filter((key) => itemsOf(compliance[key]).length > 0)
    .map((key) =>
      keyError(['compliance', key], {
        message: `\`${key}\` contradicts \`none\`: with a reason for no checks, there are none.`,
        hint: `Remove \`${key}\` or \`none\`.`,
      }),
    );
};

/** What is required is judged right before the switch, so it has to be something that can be met by then. */
export const requiredCanBeMet: Rule = perEnvironment(({ name, section, at, draft }) => [
  ...namedTwice(section.requires, [...at, 'requires']),
  ...itemsOf(section.requires).flatMap(([index, item]): readonly Fault[] => {
    if (item === 'code-deployment') {
      return [
        valueError([...at, 'requires', index], {
          message: '`code-deployment` is known after the switch, and what is required is judged before it.',
          hint: 'Remove it: `prepare` and `verify` see to it that what was released runs before users get it.',
        }),
      ];
    }
    const missing = missingFor(item, name, draft);
    return missing === null ? [] : [keyWarning([...at, 'requires', index], missing)];
  }),
]);

function missingFor(
  item: string,
  environment: string,
  draft: SpecDraft,
): { readonly message: string; readonly hint: string } | null {
  const title = checklistItems.find(({ id }) => id === item)?.title ?? item;
  const unmet = (hint: string) => ({ message: `${title} is required here and cannot be met.`, hint });
  switch (item) {
    case 'user-documentation':
      return draft.documentation === undefined
        ? unmet('Name the documents: `documentation: { files: [README.md] }`.')
        : null;
    case 'compliance-checks':
      return draft.compliance === undefined
        ? unmet('Name what checks it: `compliance: { checks: [privacy] }`.')
        : null;
    case 'monitoring-setup':
      return draft.monitoring === undefined
        ? unmet('Say when to alert, and whom, under `monitoring`.')
        : null;
    case 'rollback-plan':
      return isRehearsedBefore(draft, environment)
        ? null
        : unmet(
            'Add `rollback-rehearsal` to the `gates` of an earlier environment: here it comes after the switch.',
          );
    default:
      return null;
  }
}

function isRehearsedBefore(draft: SpecDraft, environment: string): boolean {
  const names = entriesOf(draft.environments).map(([name]) => name);
  return entriesOf(draft.environments)
    .slice(0, names.indexOf(environment))
    .some(([, { gates }]) => itemsOf(gates).some(([, gate]) => gate === 'rollback-rehearsal'));
}
