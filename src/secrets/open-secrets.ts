import { emptyRedactor, type Redactor, redactorOf } from '../core/secrets/redaction.ts';
import type { SealedSecrets } from '../core/secrets/sealed-secrets.ts';
import { type SecretReference, secretText } from '../core/secrets/secret-reference.ts';
import type { Secrets, SecretSealer } from '../core/secrets/secrets.ts';
import { DeployerError } from '../errors.ts';
import { dataKeys } from './data-keys.ts';
import { type LocalSecrets, localSecrets } from './local-secrets.ts';
import { type WrappingKeyPlaces, wrappingKeys } from './wrapping-key.ts';

export interface OpenSecrets extends Secrets {
  /** Of the provider `local`, the only one so far. */
  readonly sealer: SecretSealer;
}

/** Every provider that references may name. */
export function openSecrets(store: SealedSecrets, places: WrappingKeyPlaces): OpenSecrets {
  const local = localSecrets(store, dataKeys(store, wrappingKeys(places)));
  const redactors = redactorsOf(store, local);
  return {
    // A later provider is another entry here, asked for by its name.
    standing: async (integration, reference) =>
      await providerOf(reference, local).standing(integration, reference),
    read: async (integration, reference) => await providerOf(reference, local).read(integration, reference),
    values: async (integration) => await local.values(integration),
    redactor: redactors.of,
    known: {
      get isEmpty() {
        return redactors.known().isEmpty;
      },
      get margin() {
        return redactors.known().margin;
      },
      redact: (text) => redactors.known().redact(text),
    },
    sealer: local,
  };
}

function providerOf(reference: SecretReference, local: LocalSecrets): LocalSecrets {
  if (reference.provider === 'local') return local;
  throw new DeployerError('secret_missing', {
    message: `${secretText(reference)} names the provider ${reference.provider}, which this version does not have.`,
    hint: 'Use secret://local/… and deployer secret set.',
  });
}

/** Versions are only added: as long as their number is the same, so are the values. */
function redactorsOf(
  store: SealedSecrets,
  local: LocalSecrets,
): { readonly of: Secrets['redactor']; readonly known: () => Redactor } {
  const read = new Map<string, { readonly values: readonly string[]; readonly redactor: Redactor }>();
  let everything: Redactor = emptyRedactor;

  async function of(integration: string): Promise<Redactor> {
    const count = await store.count(integration);
    const before = read.get(integration);
    if (before !== undefined && before.values.length === count) return before.redactor;
    const values = await local.values(integration);
    const redactor = redactorOf(values);
    read.set(integration, { values, redactor });
    everything = redactorOf([...read.values()].flatMap((each) => each.values));
    return redactor;
  }

  return { of, known: () => everything };
}
