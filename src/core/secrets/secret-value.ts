import { DeployerError } from '../../errors.ts';
import { parseSecretName, type SecretReference } from './secret-reference.ts';
import { shortestSecret } from './secret-patterns.ts';

/** A variable of a process may be 128 KiB long on Linux (`MAX_ARG_STRLEN`, execve(2)), its name included. */
const longestBytes = 64 * 1024;

/** What may be stored as a secret. Throws `secret_invalid`, which does not quote the value. */
export function refuseSecretValue(name: string, value: string): void {
  const problem = problemOf(value);
  if (problem === null) return;
  throw new DeployerError('secret_invalid', {
    message: `The value of ${name} ${problem}.`,
    hint: `printf %s "$VALUE" | deployer secret set ${name}`,
    path: 'value',
  });
}

function problemOf(value: string): string | null {
  if (value === '') return 'is empty';
  if (value.length < shortestSecret) {
    return `has ${value.length} characters: below ${shortestSecret} it could not be told from other text in logs`;
  }
  if (value.trim() === '') return 'is blank';
  if (value.includes('\0')) return 'holds a NUL character, which no variable can';
  if (!value.isWellFormed() || value.includes('\uFFFD'))
    return 'is not UTF-8 text; encode it, in base64 for example';
  const bytes = Buffer.byteLength(value);
  return bytes > longestBytes ? `has ${bytes} bytes; at most ${longestBytes} are allowed` : null;
}

/** `db#password@2`, or the same behind `secret://local/`. Throws `secret_invalid`. */
export function secretNameOf(text: string): Omit<SecretReference, 'provider'> {
  const parsed = parseSecretName(text.replace(/^secret:\/\/local\//, ''));
  if (parsed !== null && (parsed.version === null || /^[1-9]\d{0,8}$/.test(parsed.version))) return parsed;
  throw new DeployerError('secret_invalid', {
    message: `"${text}" is no name of a secret.`,
    hint: 'Write <path>#<key>, as in db#password; a version is a whole number: db#password@2',
    path: 'name',
  });
}
