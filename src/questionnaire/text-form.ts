import { parseSecretReference } from '../core/secrets/secret-reference.ts';
import { globFault, pathFault } from '../spec/relative-path.ts';
import { memoryBytes } from '../spec/units.ts';
import type { TextForm } from './question.ts';

/** Why a text is not of a form, as a clause; null when it is. */
export function formFault(form: TextForm, text: string): string | null {
  return faults[form](text);
}

const faults: Readonly<Record<TextForm, (text: string) => string | null>> = {
  amount: (text) =>
    /\d/.test(text) && /\p{Sc}|\p{L}{3}/u.test(text)
      ? null
      : 'it is no amount with its currency, such as 300 EUR',
  branch: (text) =>
    /^(?![-/.])[^\s~^:?*[\\]+$/.test(text) && /\p{L}|\p{N}/u.test(text)
      ? null
      : 'it is not the name of a branch, such as main',
  glob: (text) =>
    isWordless(text) || globFault(text) !== null ? 'it names no file of the repository' : null,
  memory: (text) =>
    memoryBytes(text) === null ? 'it is no amount of memory with its unit, such as 512Mi' : null,
  model: (text) =>
    /^[^\s/]+\/\S+$/.test(text) ? null : 'it is not a provider and a model with a slash between them',
  name: (text) => (/^[a-z][a-z0-9-]{0,62}$/.test(text) ? null : 'it is no name as deployer.yaml has them'),
  path: (text) =>
    isWordless(text) || pathFault(text) !== null ? 'it names no file of the repository' : null,
  url: (text) =>
    isAddress(text) ? null : 'it is not a whole https address, and no reference to a secret that holds one',
};

function isWordless(text: string): boolean {
  return !/[\p{L}\p{N}*]/u.test(text);
}

/** Without TLS only this machine is reached, so that nobody reads what is sent. */
function isAddress(text: string): boolean {
  if (parseSecretReference(text) !== null) return true;
  const isSafe =
    /^https:\/\/[^\s/]+/.test(text) || /^http:\/\/(?:localhost|127\.0\.0\.1|\[::1\])(?:[:/]|$)/.test(text);
  return isSafe && URL.canParse(text);
}
