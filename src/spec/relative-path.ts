import type { FaultText } from './fault.ts';

/** Why a text is no path inside the integration's folder; null when it is one. */
export function pathFault(value: string): FaultText | null {
  const hint = 'Write a path relative to the folder of this file, such as `services/agent`.';
  if (value === '') return { message: 'must not be empty', hint };
  if (/\p{Cc}/u.test(value)) return { message: 'must not contain control characters', hint };
  if (value.includes('\\')) return { message: 'must use `/`, not `\\`', hint };
  if (value.startsWith('/') || value.startsWith('~'))
    return { message: 'must be relative, not absolute', hint };
  if (value.split('/').includes('..')) return { message: 'must stay inside the folder of this file', hint };
  return null;
}

/** The same for a glob; `**`, `*`, `?`, `[…]` and `{…}` are its wildcards. */
export function globFault(value: string): FaultText | null {
  const fault = pathFault(value);
  return fault === null ? null : { ...fault, hint: 'Write a glob such as `prompts/*.md`.' };
}

/** Without `./` and doubled or trailing slashes; `.` for the folder itself. */
export function tidyPath(path: string): string {
  const steps = path.split('/').filter((step) => step !== '' && step !== '.');
  return steps.length === 0 ? '.' : steps.join('/');
}

/** Whether a glob of `also`, which may begin with `../`, still names files of the repository. */
export function leavesRepository(glob: string, folder: string): boolean {
  let depth = folder.split('/').filter((step) => step !== '' && step !== '.').length;
  for (const step of glob.split('/')) {
    if (step === '..') depth -= 1;
    else if (step !== '.' && step !== '') depth += 1;
    if (depth < 0) return true;
  }
  return false;
}
