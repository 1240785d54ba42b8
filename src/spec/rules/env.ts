import { entriesOf, itemsOf, type Draft, type SpecDraft } from '../draft.ts';
import { keyError, valueError, type Path } from '../fault.ts';
import type { EnvSection } from '../schema/shape.ts';
import { urlVariable } from '../../core/definition/url-variable.ts';
import { suitesOf } from './names.ts';
import type { Rule } from './rule.ts';

export interface EnvPlace {
  readonly path: Path;
  readonly env: Draft<EnvSection>;
  /** Components that get these variables; empty in `tests`. */
  readonly components: readonly string[];
}

/** Every mapping of environment variables in the file. */
export function envPlaces(draft: SpecDraft): readonly EnvPlace[] {
  const everyone = Object.keys(draft.components ?? {});
  const place = (
    path: Path,
    env: Draft<EnvSection> | undefined,
    components: readonly string[],
  ): readonly EnvPlace[] => (env === undefined ? [] : [{ path: [...path, 'env'], env, components }]);
  return [
    ...entriesOf(draft.components).flatMap(([name, { env }]) => place(['components', name], env, [name])),
    ...place(['tests'], draft.tests?.env, []),
    ...suitesOf(draft.tests).flatMap(([name, { env }]) => place(['tests', name], env, [])),
    ...entriesOf(draft.environments).flatMap(([name, section]) => [
      ...place(['environments', name], section.env, everyone),
      ...entriesOf(section.components).flatMap(([component, { env }]) =>
        place(['environments', name, 'components', component], env, [component]),
      ),
    ]),
  ];
}

/** YAML reads `3.10` as the number 3.1, and the component would get `3.1`. */
export const valuesAsWritten: Rule = (context) =>
  envPlaces(context.draft).flatMap(({ path, env }) =>
    entriesOf(env).flatMap(([name, value]) => {
      const written = typeof value === 'string' ? null : context.writtenAt([...path, name]);
      if (written === null || written === String(value)) return [];
      return [
        valueError([...path, name], {
          message: `YAML reads \`${written}\` as ${String(value)}.`,
          hint: `Write it in quotes: \`${name}: "${written}"\`.`,
        }),
      ];
    }),
  );

/** The address of a needed component is Deployer's to set: it changes with every deployment. */
export const addressesAreSet: Rule = ({ draft }) =>
  envPlaces(draft).flatMap(({ path, env, components }) => {
    const needs = components.flatMap((name) =>
      itemsOf(draft.components?.[name]?.needs).map(([, need]) => need),
    );
    const variables = new Map(needs.map((need) => [urlVariable(need), need]));
    return Object.keys(env).flatMap((name) => {
      const need = variables.get(name);
      if (need === undefined) return [];
      return [
        keyError([...path, name], {
          message: `\`${name}\` is set by Deployer: it holds the address of the needed component \`${need}\`.`,
          hint: 'Remove it, or choose another name.',
        }),
      ];
    });
  });
