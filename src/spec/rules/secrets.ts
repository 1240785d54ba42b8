import { isSecretText, parseSecretReference } from '../../core/secrets/secret-reference.ts';
import { suggestion } from '../../core/texts/suggest.ts';
import { entriesOf, isMapping, itemsOf } from '../draft.ts';
import { type Fault, type FaultText, type Path, valueError } from '../fault.ts';
import { envPlaces } from './env.ts';
import type { Rule } from './rule.ts';

const providers: readonly string[] = ['local'];
const written = 'A reference is written `secret://<provider>/<path>#<key>[@version]`.';

/** Whatever looks like a reference is one, and leads somewhere. */
export const secretsAreReferences: Rule = ({ draft }) => [
  ...envPlaces(draft).flatMap(({ path, env }) =>
    entriesOf(env).flatMap(([name, value]) => judged([...path, name], name, value)),
  ),
  ...itemsOf(draft.monitoring?.notify).flatMap(([index, { webhook }]) =>
    judged(['monitoring', 'notify', index, 'webhook'], 'webhook', webhook),
  ),
];

function judged(path: Path, name: string, value: unknown): readonly Fault[] {
  const text = faultOf(name, value);
  return text === null ? [] : [valueError(path, text)];
}

function faultOf(name: string, value: unknown): FaultText | null {
  if (typeof value !== 'string' || !value.includes('secret:')) return null;
  if (!isSecretText(value)) {
    if (!value.includes('secret://')) return null;
    return {
      message: `\`${name}\` has a reference to a secret within other text.`,
      hint: 'A reference is the whole value; let the program put the parts together.',
    };
  }
  const reference = parseSecretReference(value);
  if (reference === null) return { message: `\`${name}\` is no reference to a secret.`, hint: written };
  const { provider, version } = reference;
  if (!providers.includes(provider)) {
    const hint = suggestion(provider, providers, 'Use `secret://local/…`: see `deployer secret --help`.');
    return { message: `There is no provider of secrets \`${provider}\`.`, hint };
  }
  if (version === null || /^[1-9]\d{0,8}$/.test(version)) return null;
  return {
    message: `\`${version}\` is no version of a secret of \`${provider}\`.`,
    hint: 'Versions are whole numbers from 1; without one the newest is used. See `deployer secret list`.',
  };
}

/** Arguments of processes, names of files and reports are for everybody to see. */
export const secretsStandInEnv: Rule = ({ draft }) =>
  textsOutsideEnv(draft, [])
    .filter(({ path, text }) => text.includes('secret://') && !isWebhook(path))
    .map(({ path }) =>
      valueError(path, {
        message: `\`${path.filter((step) => typeof step === 'string').at(-1) ?? ''}\` cannot hold a reference to a secret.`,
        hint: 'Put it into `env`, as in `env: { TOKEN: secret://local/desk#token }`, and let the program read `$TOKEN`.',
      }),
    );

/** An address that lets whoever knows it post somewhere may be kept secret. */
function isWebhook([section, key, , field]: Path): boolean {
  return section === 'monitoring' && key === 'notify' && field === 'webhook';
}

interface Text {
  readonly path: Path;
  readonly text: string;
}

function textsOutsideEnv(value: unknown, path: Path): readonly Text[] {
  if (typeof value === 'string') return [{ path, text: value }];
  if (Array.isArray(value)) return value.flatMap((item, index) => textsOutsideEnv(item, [...path, index]));
  if (!isMapping(value)) return [];
  return Object.entries(value).flatMap(([key, item]): readonly Text[] =>
    key === 'env' && isMapping(item) ? [] : textsOutsideEnv(item, [...path, key]),
  );
}
