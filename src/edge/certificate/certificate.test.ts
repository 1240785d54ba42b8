import { execFile, spawnSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, createServer } from 'node:tls';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { authorityFile, openAuthority } from './authority.ts';
import { issueServerCertificate, needsRenewal, readServerCertificate } from './server-certificate.ts';
import { authorityCertificate, loopbackCertificate } from './x509.ts';

const dayMs = 24 * 60 * 60 * 1000;
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'certificate-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

test('an authority is made once, however many ask for it at the same time, and its key is private', async () => {
  const home = join(folder, 'ca');
  const names = await Promise.all(Array.from({ length: 8 }, async () => (await openAuthority(home)).name));
  expect(new Set(names).size).toBe(1);
  expect((await stat(join(home, 'ca.key'))).mode & 0o777).toBe(0o600);
  expect((await openAuthority(home)).name).toBe(names[0]);
});

const hasOpenSsl = spawnSync('openssl', ['version']).status === 0;

test.skipIf(!hasOpenSsl)(
  'the certificate passes the strict checks of OpenSSL and names this machine only',
  async () => {
    const authority = await openAuthority(join(folder, 'ca'));
    const leaf = join(folder, 'leaf.pem');
    const { cert } = issueServerCertificate(authority, new Date());
    await writeFile(leaf, cert);

    const arguments_ = ['verify', '-x509_strict', '-purpose', 'sslserver', '-CAfile'];
    const { stdout } = await promisify(execFile)('openssl', [
      ...arguments_,
      authorityFile(join(folder, 'ca')),
      leaf,
    ]);
    expect(stdout.trim()).toBe(`${leaf}: OK`);
    const read = new X509Certificate(cert);
    expect(read.subjectAltName).toBe('DNS:localhost, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1');
    const own = new X509Certificate(await readFile(authorityFile(join(folder, 'ca'))));
    expect(own.ca).toBe(true);
    expect(read.verify(own.publicKey)).toBe(true);
  },
);

test.each([
  ['localhost', true],
  ['127.0.0.1', true],
  ['bank.example.com', false],
])('a client that trusts the authority and asks for %s is served: %s', async (name, isServed) => {
  const authority = await openAuthority(join(folder, 'ca'));
  const server = createServer(issueServerCertificate(authority, new Date()), (socket) => socket.end('hello'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const ca = await readFile(authorityFile(join(folder, 'ca')));
  const answer = await new Promise<string>((resolve) => {
    const socket = connect({ host: '127.0.0.1', port, ca, servername: name === '127.0.0.1' ? '' : name });
    socket.on('data', (data) => resolve(String(data)));
    socket.on('error', (error) => resolve(error.message));
  });
  server.close();
  expect(answer === 'hello').toBe(isServed);
});

test('a certificate is renewed ten days before it ends', async () => {
  const now = new Date();
  const certificate = issueServerCertificate(await openAuthority(join(folder, 'ca')), now);
  expect(needsRenewal(certificate, new Date(now.getTime() + 19 * dayMs))).toBe(false);
  expect(needsRenewal(certificate, new Date(now.getTime() + 21 * dayMs))).toBe(true);
});

test('dates from 2050 on are written so that they are read back', async () => {
  const authority = await openAuthority(join(folder, 'ca'));
  const validity = { from: new Date('2049-12-31T23:59:59Z'), to: new Date('2050-01-02T03:04:05Z') };
  for (const pem of [
    authorityCertificate(authority, validity),
    loopbackCertificate(authority, authority.publicKey, validity),
  ]) {
    const read = new X509Certificate(pem);
    expect(new Date(read.validFrom)).toEqual(validity.from);
    expect(new Date(read.validTo)).toEqual(validity.to);
  }
});

test('given files that are missing or do not belong together are refused', async () => {
  const authority = await openAuthority(join(folder, 'ca'));
  const files = { cert: join(folder, 'a.pem'), key: join(folder, 'b.pem') };
  await expect(readServerCertificate(files)).rejects.toMatchObject({ code: 'edge_failed' });

  const one = issueServerCertificate(authority, new Date());
  const other = issueServerCertificate(authority, new Date());
  await writeFile(files.cert, one.cert);
  await writeFile(files.key, other.key);
  await expect(readServerCertificate(files)).rejects.toMatchObject({
    code: 'edge_failed',
    detail: ['the key is not the key of the certificate'],
  });
  await writeFile(files.key, one.key);
  expect(await readServerCertificate(files)).toEqual(one);
});
