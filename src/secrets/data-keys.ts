import { randomBytes } from 'node:crypto';

import type { SealedKey, SealedSecrets } from '../core/secrets/sealed-secrets.ts';
import { DeployerError } from '../errors.ts';
import { dataKeyPurpose, keyBytes, seal, unseal } from './seal.ts';
import type { WrappingKeys } from './wrapping-key.ts';

/** The key with which the values of an integration are encrypted. */
export interface DataKeys {
  /** Null before the first secret. Throws `secrets_locked`. */
  find(integration: string): Promise<Uint8Array | null>;
  /** Made when there is none. */
  ensure(integration: string): Promise<Uint8Array>;
}

export function dataKeys(store: SealedSecrets, wrapping: WrappingKeys): DataKeys {
  const opened = new Map<string, Uint8Array>();

  async function open(sealed: SealedKey): Promise<Uint8Array> {
    const known = opened.get(sealed.integration);
    if (known !== undefined) return known;
    const key = unseal(await wrapping.open(sealed), dataKeyPurpose(sealed.integration), sealed.wrapped);
    if (key === null) throw wrongKey(sealed, wrapping);
    opened.set(sealed.integration, key);
    return key;
  }

  async function find(integration: string): Promise<Uint8Array | null> {
    const sealed = await store.key(integration);
    return sealed === null ? null : await open(sealed);
  }

  let last: Promise<unknown> = Promise.resolve();

  /** One after the other: a key of a passphrase takes 128 MiB while it is derived. */
  async function makeInTurn(integration: string): Promise<Uint8Array> {
    const turn = last.then(async () => (await find(integration)) ?? (await make(integration)));
    last = turn.catch(() => null);
    return await turn;
  }

  async function make(integration: string): Promise<Uint8Array> {
    const { source, salt } = wrapping.choose();
    if (source === 'key-file' && !(await store.needsKeyFile())) await wrapping.makeKeyFile();
    const key = await wrapping.open({ integration, source, salt });
    const wrapped = seal(key, dataKeyPurpose(integration), randomBytes(keyBytes));
    return await open(await store.addKey({ integration, source, salt, wrapped }));
  }

  return {
    find,
    ensure: async (integration) => (await find(integration)) ?? (await makeInTurn(integration)),
  };
}

function wrongKey({ integration, source }: SealedKey, wrapping: WrappingKeys): DeployerError {
  const what = source === 'key-file' ? 'the key file of this home' : 'DEPLOYER_SECRETS_PASSPHRASE';
  return new DeployerError('secrets_locked', {
    message: `The secrets of ${integration} cannot be read: ${what} is not what they were locked with.`,
    hint: wrapping.remedy(source),
  });
}
