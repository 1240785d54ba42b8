import { suggestion } from '../../core/texts/suggest.ts';
import { entriesOf, itemsOf, type SpecDraft } from '../draft.ts';
import { type Fault, keyWarning, valueError } from '../fault.ts';
import { environmentNames } from './names.ts';
import type { Rule } from './rule.ts';
import { namedTwice } from './twice.ts';

const alerts = ['monitoring', 'alerts'];
const notify = ['monitoring', 'notify'];
const limits = ['errorRate', 'p95Ms', 'cpu', 'memory', 'restarts'] as const;

export const alertsAreInEnvironments: Rule = ({ draft }) => {
  const named = draft.monitoring?.alerts?.environments;
  const at = [...alerts, 'environments'];
  const known = environmentNames(draft);
  const unknown = itemsOf(named).filter(
    ([, name]) => draft.environments !== undefined && !known.includes(name),
  );
  return [
    ...namedTwice(named, at),
    ...unknown.map(([index, name]): Fault =>
      valueError([...at, index], {
        message: `There is no environment \`${name}\`.`,
        hint: suggestion(name, known, 'Remove it.'),
      }),
    ),
  ];
};

/** Addresses are told apart by letter case, unlike people. */
export const receiversOnce: Rule = ({ draft }) => {
  const seen = new Set<string>();
  return itemsOf(draft.monitoring?.notify).flatMap(([index, { webhook }]) => {
    if (webhook === undefined) return [];
    if (!seen.has(webhook)) {
      seen.add(webhook);
      return [];
    }
    const hint = 'Remove one of the two.';
    return [valueError([...notify, index, 'webhook'], { message: 'This receiver is named twice.', hint })];
  });
};

export const alertsAreHeard: Rule = ({ draft }) => {
  if (!hasLimit(draft) || hasReceiver(draft)) return [];
  return [
    keyWarning(alerts, {
      message: 'Nobody is told of these alerts: only `deployer status` shows them.',
      hint: 'Name a receiver: `notify: [{ webhook: https://hooks.example.com/x }]`.',
    }),
  ];
};

export const memoryHasLimits: Rule = ({ draft }) => {
  if (draft.monitoring?.alerts?.memory === undefined || hasMemoryLimit(draft)) return [];
  return [
    keyWarning([...alerts, 'memory'], {
      message: 'No component has a memory limit, so this share of it cannot be judged.',
      hint: 'Write for example `resources: { memory: 256Mi }` at a component.',
    }),
  ];
};

function hasLimit({ monitoring }: SpecDraft): boolean {
  const section = monitoring?.alerts;
  return section !== undefined && limits.some((limit) => Object.hasOwn(section, limit));
}

function hasReceiver({ monitoring }: SpecDraft): boolean {
  return (monitoring?.notify ?? []).length > 0;
}

function hasMemoryLimit({ components, environments }: SpecDraft): boolean {
  const places = [
    ...entriesOf(components),
    ...entriesOf(environments).flatMap(([name, section]) => [
      [name, section] as const,
      ...entriesOf(section.components),
    ]),
  ];
  return places.some(([, { resources }]) => resources?.memory !== undefined);
}
