import { keyError } from '../fault.ts';
import type { Rule } from './rule.ts';

/** A conversation that this release writes goes on in this release. */
export const readsOwnState: Rule = ({ draft }) => {
  const { writes, reads } = draft.agent?.state ?? {};
  if (writes === undefined || reads === undefined || reads.includes(writes)) return [];
  return [
    keyError(['agent', 'state', 'reads'], {
      message: `The agent writes state version ${writes} and does not read it.`,
      hint: `Add ${writes} to \`reads\`.`,
    }),
  ];
};
