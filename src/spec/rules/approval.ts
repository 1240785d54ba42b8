import { isRefused, type Draft } from '../draft.ts';
import { keyError, valueError, type Fault, type Path } from '../fault.ts';
import type { ApprovalSection } from '../schema/policy.ts';
import { perEnvironment, type Rule } from './rule.ts';
import { namedTwice } from './twice.ts';

const example = 'approval: { approvers: [ops@example.com] }';

export const lastIsApproved: Rule = perEnvironment(({ name, section, at, isLast }) => {
  if (!isLast || Object.hasOwn(section, 'approval')) return [];
  return [
    keyError([...at, 'approval'], {
      message: `\`${name}\` is the last environment and asks nobody for approval.`,
      hint: `Write \`${example}\`, or the reason for none: \`approval: { none: "…" }\`.`,
    }),
  ];
});

/** The default set of approvers is nobody: who may approve is always somebody's decision. */
export const somebodyApproves: Rule = perEnvironment(({ name, section: { approval }, at }) => {
  if (approval === undefined || isRefused(approval, 'approvers')) return [];
  const place = [...at, 'approval'];
  if (approval.none !== undefined) return contradictions(approval, place);
  const approvers = approval.approvers ?? [];
  if (approvers.length === 0) {
    return [
      keyError(place, {
        message: `\`${name}\` asks for approval, and nobody may give it.`,
        hint: `Write \`${example}\`, or the reason for none: \`none: "…"\`.`,
      }),
    ];
  }
  const count = approval.count ?? 1;
  if (count <= approvers.length) return [];
  return [
    valueError([...place, 'count'], {
      message: `${count} must approve, and only ${approvers.length} may.`,
      hint: 'Name more approvers, or ask fewer of them.',
    }),
  ];
});

export const peopleOnce: Rule = perEnvironment(({ section: { approval, uat }, at }) => [
  ...namedTwice(approval?.approvers, [...at, 'approval', 'approvers']),
  ...namedTwice(uat?.testers, [...at, 'uat', 'testers']),
  ...namedTwice(uat?.scenarios, [...at, 'uat', 'scenarios']),
]);

function contradictions(approval: Draft<ApprovalSection>, place: Path): readonly Fault[] {
  return ['count', 'approvers']
    .filter((key) => Object.hasOwn(approval, key))
    .map((key) =>
      keyError([...place, key], {
        message: `\`${key}\` contradicts \`none\`: with a reason for no approval, nobody is asked.`,
        hint: `Remove \`${key}\` or \`none\`.`,
      }),
    );
}
