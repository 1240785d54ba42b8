import { randomBytes, scrypt } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { promisify } from 'node:util';

import type { SealedKey } from '../core/secrets/sealed-secrets.ts';
import { DeployerError } from '../errors.ts';
import { createFileAtomically } from '../lib/atomic-file.ts';
import { isNodeError } from '../lib/node-error.ts';
import { keyBytes } from './seal.ts';

/** Encrypts data keys. It is of this machine, or in somebody's head, and never in the database. */
export interface WrappingKeys {
  /** What a new data key is to be encrypted with: the passphrase where there is one, else the key file. */
  choose(): Pick<SealedKey, 'source' | 'salt'>;
  /**
   * Makes the key file if it is missing; of several at once one does, for all. Only for who knows that nothing was
   * encrypted with a lost one.
   */
  makeKeyFile(): Promise<void>;
  /** Throws `secrets_locked` when it is not here. */
  open(sealed: Pick<SealedKey, 'integration' | 'source' | 'salt'>): Promise<Uint8Array>;
  /** How to get the right one, for whoever has found that this one is wrong. */
  remedy(source: SealedKey['source']): string;
}

export interface WrappingKeyPlaces {
  /** `<home>/secrets/key` */
  readonly keyFile: string;
  /** `DEPLOYER_SECRETS_PASSPHRASE`; null: not given. */
  readonly passphrase: string | null;
}

/** RFC 7914; needs 128 MiB and a good part of a second, once per integration and start of a server. */
const cost = { N: 2 ** 17, r: 8, p: 1, maxmem: 256 * 1024 * 1024 };
const saltBytes = 16;
const fileHead = 'deployer-key-1 ';

type Derive = (
  passphrase: string,
  salt: Uint8Array,
  length: number,
  options: typeof cost,
) => Promise<Uint8Array>;
const derive: Derive = promisify(scrypt);

export function wrappingKeys({ keyFile, passphrase }: WrappingKeyPlaces): WrappingKeys {
  const derived = new Map<string, Promise<Uint8Array>>();

  function ofPassphrase(secret: string, salt: Uint8Array): Promise<Uint8Array> {
    const name = Buffer.from(salt).toString('hex');
    const known = derived.get(name) ?? derive(secret.normalize('NFC'), salt, keyBytes, cost);
    derived.set(name, known);
    return known;
  }

  const remedies: WrappingKeys['remedy'] = (source) =>
    source === 'key-file'
      ? `Put the key file back from your copy: ${keyFile}   (then try again)`
      : 'deployer stop, then again with DEPLOYER_SECRETS_PASSPHRASE set to the passphrase of these secrets';

  return {
    remedy: remedies,
    choose: () =>
      passphrase === null
        ? { source: 'key-file', salt: null }
        : { source: 'passphrase', salt: randomBytes(saltBytes) },
    async makeKeyFile() {
      if ((await readKeyFile(keyFile)) === null) await createKeyFile(keyFile);
    },
    async open({ integration, source, salt }) {
      const isPassphrase = source === 'passphrase' && salt !== null;
      if (isPassphrase && passphrase !== null) return await ofPassphrase(passphrase, salt);
      const key = isPassphrase ? null : await readKeyFile(keyFile);
      if (key !== null) return key;
      const why = isPassphrase
        ? 'they are locked with a passphrase, and this server was started without it'
        : `their key file ${keyFile} is missing`;
      throw new DeployerError('secrets_locked', {
        message: `The secrets of ${integration} cannot be read: ${why}.`,
        hint: remedies(source),
      });
    },
  };
}

async function readKeyFile(path: string): Promise<Uint8Array | null> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (isNodeError(error) && error.code === 'ENOENT') return null;
    throw error;
  }
  const key = Buffer.from(text.slice(fileHead.length), 'base64');
  if (text.startsWith(fileHead) && key.length === keyBytes) return key;
  throw new DeployerError('secrets_locked', {
    message: `${path} is no key file: it does not hold what Deployer writes there.`,
    hint: `Put it back from your copy: ${path}`,
  });
}

/** Never replaces one: something may have been encrypted with what another made in the meantime. */
async function createKeyFile(path: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await createFileAtomically(path, `${fileHead}${randomBytes(keyBytes).toString('base64')}\n`);
}
