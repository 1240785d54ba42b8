import { isOneWay } from '../../core/releases/migration.ts';
import { valueError } from '../fault.ts';
import type { Rule } from './rule.ts';

/** Without files of its own it is another migration with every commit. */
export const oneWayNamesFiles: Rule = ({ draft: { migrations } }) => {
  const kind = migrations?.kind;
  if (kind === undefined || !isOneWay(kind) || migrations?.files !== undefined) return [];
  const fault = valueError(['migrations', 'kind'], {
    message: `Every commit runs this \`${kind}\` migration again, and leaves no way back.`,
    hint: 'Name what it needs in `files`: it then runs again only when that changes.',
  });
  return [{ ...fault, severity: 'warning' }];
};
