import { createDecipheriv, scryptSync } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

import type { SealedKey, SealedSecrets, SealedVersion } from '../core/secrets/sealed-secrets.ts';
import { type OpenSecrets, openSecrets } from './open-secrets.ts';

const text = 'p4ss/w0rd of é';
let folder: string;
let keyFile: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'deployer-secrets-'));
  keyFile = join(folder, 'secrets', 'key');
});
afterEach(() => rm(folder, { recursive: true }));

test('what was stored is read back by whoever has the key file, which is private', async () => {
  const table = emptyTable();
  await keep(table, openSecrets(table, { keyFile, passphrase: null }), 'desk', text);
  const again = openSecrets(table, { keyFile, passphrase: null });
  expect(await again.read('desk', reference(1))).toBe(text);
  expect((await stat(keyFile)).mode & 0o777).toBe(0o600);
  expect((await stat(dirname(keyFile))).mode & 0o777).toBe(0o700);
  const stored = [...table.rows.map(({ sealed }) => sealed), ...table.keys.map(({ wrapped }) => wrapped)];
  expect(Buffer.concat(stored).includes(text)).toBe(false);
});

test('what is stored opens as the manual describes it, with nothing of ours', async () => {
  const table = emptyTable();
  await keep(table, openSecrets(table, { keyFile, passphrase: null }), 'desk', text);
  const open = (key: Buffer, sealed: Uint8Array, purpose: readonly unknown[]): Buffer => {
    const bytes = Buffer.from(sealed);
    expect(bytes[0]).toBe(1);
    const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(1, 13));
    decipher.setAAD(Buffer.from(JSON.stringify(purpose)));
    decipher.setAuthTag(bytes.subarray(-16));
    return Buffer.concat([decipher.update(bytes.subarray(13, -16)), decipher.final()]);
  };
  const file = await readFile(keyFile, 'utf8');
  expect(file).toMatch(/^deployer-key-1 /);
  const source = Buffer.from(file.slice('deployer-key-1 '.length), 'base64');
  const [wrapped] = table.keys.map((key) => open(source, key.wrapped, ['deployer-data-key', 'desk']));
  const place = ['deployer-secret', 'desk', 'db', 'password', 1];
  const values = table.rows.map(({ sealed }) => open(wrapped ?? Buffer.alloc(0), sealed, place));
  expect(values.map(String)).toEqual([text]);

  await keep(table, openSecrets(table, { keyFile, passphrase: 'four words' }), 'shop', text);
  const shop = table.keys.find(({ integration }) => integration === 'shop');
  const derived = scryptSync('four words', shop?.salt ?? '', 32, { N: 2 ** 17, r: 8, p: 1, maxmem: 2 ** 28 });
  expect(open(derived, shop?.wrapped ?? Buffer.alloc(0), ['deployer-data-key', 'shop'])).toHaveLength(32);
});

test('or by whoever has the passphrase, and no key file is made then', async () => {
  const table = emptyTable();
  await keep(table, openSecrets(table, { keyFile, passphrase: 'four words of mine' }), 'desk', text);
  const again = openSecrets(table, { keyFile, passphrase: 'four words of mine' });
  expect(await again.read('desk', reference(1))).toBe(text);
  await expect(stat(keyFile)).rejects.toMatchObject({ code: 'ENOENT' });
  for (const passphrase of ['four words of yours', null]) {
    const other = openSecrets(table, { keyFile, passphrase });
    await expect(other.read('desk', reference(1))).rejects.toMatchObject({
      code: 'secrets_locked',
      hint: expect.stringContaining('DEPLOYER_SECRETS_PASSPHRASE'),
    });
    await expect(other.sealer.sealFor('desk')).rejects.toMatchObject({ code: 'secrets_locked' });
  }
});

test('a key file that is lost is not replaced by a new one', async () => {
  const table = emptyTable();
  await keep(table, openSecrets(table, { keyFile, passphrase: null }), 'desk', text);
  await rm(keyFile);
  const without = openSecrets(table, { keyFile, passphrase: null });
  for (const integration of ['desk', 'another'])
    await expect(without.sealer.sealFor(integration)).rejects.toMatchObject({
      code: 'secrets_locked',
      message: expect.stringContaining(`${keyFile} is missing`),
    });
  await writeFile(keyFile, 'something else');
  await expect(without.sealer.sealFor('desk')).rejects.toMatchObject({ code: 'secrets_locked' });
  expect(await readFile(keyFile, 'utf8')).toBe('something else');
});

test('first secrets that are set at the same time are all read back after a restart', async () => {
  for (let round = 0; round < 10; round += 1) {
    await rm(keyFile, { force: true });
    const table = emptyTable();
    const servers = [1, 2].map(() => openSecrets(table, { keyFile, passphrase: null }));
    // One of each beside the other server, and several integrations in the same one.
    const names = ['desk', 'shop', 'till', 'door'];
    await Promise.all(names.map((name, at) => keep(table, servers[at % 2] ?? never(), name, text)));
    const restarted = openSecrets(table, { keyFile, passphrase: null });
    const read = names.map((name) => restarted.read(name, reference(1)).catch(String));
    expect(await Promise.all(read)).toEqual(names.map(() => text));
  }
  expect(await readdir(dirname(keyFile))).toEqual(['key']);
});

test('a value in the place of another one cannot be read, whichever place that is', async () => {
  const table = emptyTable();
  const secrets = openSecrets(table, { keyFile, passphrase: null });
  await keep(table, secrets, 'desk', text);
  const [row] = table.rows;
  if (row === undefined) throw new Error('nothing is stored');
  const moved: readonly SealedVersion[] = [
    { ...row, version: 2 },
    { ...row, key: 'other' },
    { ...row, path: 'other' },
    { ...row, sealed: row.sealed.with(20, (row.sealed[20] ?? 0) ^ 1) },
    { ...row, sealed: row.sealed.subarray(0, 10) },
  ];
  for (const other of moved) {
    table.rows = [other];
    const { path, key, version } = other;
    await expect(
      secrets.read('desk', { provider: 'local', path, key, version: String(version) }),
    ).rejects.toMatchObject({ code: 'secrets_locked' });
  }
  // A data key in the place of another integration's.
  table.rows = [{ ...row, integration: 'other' }];
  table.keys = table.keys.map((key) => ({ ...key, integration: 'other' }));
  await expect(
    openSecrets(table, { keyFile, passphrase: null }).read('other', reference(1)),
  ).rejects.toMatchObject({ code: 'secrets_locked' });
});

test('the newest version that is not revoked is the current one', async () => {
  const table = emptyTable();
  const secrets = openSecrets(table, { keyFile, passphrase: null });
  const standing = (version: number | null) =>
    secrets.standing('desk', { ...reference(1), version: version === null ? null : String(version) });
  expect(await standing(null)).toEqual({ current: null, named: 'unnamed' });
  for (const value of ['first value', 'second value', 'third value'])
    await keep(table, secrets, 'desk', value);
  table.rows = table.rows.map((row) => ({ ...row, isRevoked: row.version === 3 }));
  expect(await standing(null)).toEqual({ current: '2', named: 'unnamed' });
  expect(await standing(1)).toEqual({ current: '2', named: 'usable' });
  expect(await standing(3)).toEqual({ current: '2', named: 'revoked' });
  expect(await standing(4)).toEqual({ current: '2', named: 'unknown' });
});

test('values that were read are known from then on, revoked ones and those of other integrations too', async () => {
  const table = emptyTable();
  const secrets = openSecrets(table, { keyFile, passphrase: null });
  await keep(table, secrets, 'desk', 'value of desk');
  await keep(table, secrets, 'shop', 'value of shop');
  table.rows = table.rows.map((row) => ({ ...row, isRevoked: true }));
  expect(secrets.known.isEmpty).toBe(true);
  expect((await secrets.redactor('desk')).redact('value of desk, value of shop')).toBe(
    '[redacted], value of shop',
  );
  await secrets.redactor('shop');
  expect(secrets.known.redact('value of desk, value of shop')).toBe('[redacted], [redacted]');
  await keep(table, secrets, 'desk', 'newer value');
  expect((await secrets.redactor('desk')).redact('newer value')).toBe('[redacted]');
});

function never(): never {
  throw new Error('there is no such server');
}

function reference(version: number) {
  return { provider: 'local', path: 'db', key: 'password', version: String(version) };
}

interface Table extends SealedSecrets {
  keys: readonly SealedKey[];
  rows: readonly SealedVersion[];
}

/** What the database keeps, in memory. */
function emptyTable(): Table {
  const table: Table = {
    keys: [],
    rows: [],
    key: async (integration) => table.keys.find((key) => key.integration === integration) ?? null,
    async addKey(key) {
      table.keys = [...table.keys, key];
      return key;
    },
    needsKeyFile: async () => table.keys.some(({ source }) => source === 'key-file'),
    versions: async (name) =>
      table.rows.filter((row) => row.path === name.path && row.key === name.key).toReversed(),
    version: async ({ integration, path, key }, version) =>
      table.rows.find(
        (row) =>
          row.integration === integration && row.path === path && row.key === key && row.version === version,
      ) ?? null,
    all: async (integration) => table.rows.filter((row) => row.integration === integration),
    count: async (integration) => table.rows.filter((row) => row.integration === integration).length,
  };
  return table;
}

/** Stores a value as the next version of `db#password`. */
async function keep(
  table: Table,
  { sealer }: OpenSecrets,
  integration: string,
  value: string,
): Promise<void> {
  const version = table.rows.filter((row) => row.integration === integration).length + 1;
  const place = { integration, path: 'db', key: 'password', version };
  const seal = await sealer.sealFor(integration);
  table.rows = [...table.rows, { ...place, sealed: seal(place, value), isRevoked: false }];
}
