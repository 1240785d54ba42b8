import { createHash, type KeyObject, randomBytes, sign } from 'node:crypto';

import {
  bitString,
  boolean,
  implicit,
  integer,
  objectIdentifier,
  octetString,
  sequence,
  set,
  time,
  utf8String,
  wrapped,
} from './der.ts';

/** Object identifiers of RFC 5280, RFC 5480 and RFC 5758. */
const oid = {
  ecdsaWithSha256: '1.2.840.10045.4.3.2',
  commonName: '2.5.4.3',
  subjectKeyIdentifier: '2.5.29.14',
  keyUsage: '2.5.29.15',
  subjectAltName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  nameConstraints: '2.5.29.30',
  authorityKeyIdentifier: '2.5.29.35',
  extendedKeyUsage: '2.5.29.37',
  serverAuth: '1.3.6.1.5.5.7.3.1',
} as const;

/** This machine, under the three names that clients use for it. */
const loopback = {
  names: ['localhost'],
  addresses: [Buffer.from([127, 0, 0, 1]), Buffer.from([...Array.from({ length: 15 }, () => 0), 1])],
} as const;

export interface Authority {
  /** Common name. */
  readonly name: string;
  /** Public and private halves of a P-256 key. */
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

export interface Validity {
  readonly from: Date;
  readonly to: Date;
}

/**
 * The certificate of an authority, signed by itself, in PEM (RFC 5280). Its name constraints let it vouch for this
 * machine only: whoever trusts it, and whoever steals its key, cannot use it for any other site.
 */
export function authorityCertificate(authority: Authority, validity: Validity): string {
  return certificate(authority, validity, {
    subject: authority.name,
    publicKey: authority.publicKey,
    extensions: [
      extension(oid.basicConstraints, true, sequence(boolean(true), integer(Buffer.from([0])))),
      // keyCertSign is bit 5.
      extension(oid.keyUsage, true, bitString(Buffer.from([0b0000_0100]), 2)),
      extension(oid.nameConstraints, true, sequence(wrapped(0, ...loopbackSubtrees()))),
    ],
  });
}

/** A certificate for `127.0.0.1`, `localhost` and `::1`, signed by the authority, in PEM. */
export function loopbackCertificate(authority: Authority, publicKey: KeyObject, validity: Validity): string {
  return certificate(authority, validity, {
    subject: 'localhost',
    publicKey,
    extensions: [
      extension(oid.basicConstraints, true, sequence()),
      // digitalSignature is bit 0.
      extension(oid.keyUsage, true, bitString(Buffer.from([0b1000_0000]), 7)),
      extension(oid.extendedKeyUsage, false, sequence(objectIdentifier(oid.serverAuth))),
      extension(oid.subjectAltName, false, sequence(...loopbackNames())),
    ],
  });
}

interface Certified {
  readonly subject: string;
  readonly publicKey: KeyObject;
  readonly extensions: readonly Buffer[];
}

function certificate(authority: Authority, validity: Validity, certified: Certified): string {
  const algorithm = sequence(objectIdentifier(oid.ecdsaWithSha256));
  const toBeSigned = sequence(
    wrapped(0, integer(Buffer.from([2]))),
    integer(serialNumber()),
    algorithm,
    commonName(authority.name),
    sequence(time(validity.from), time(validity.to)),
    commonName(certified.subject),
    certified.publicKey.export({ type: 'spki', format: 'der' }),
    wrapped(
      3,
      sequence(
        ...certified.extensions,
        extension(oid.subjectKeyIdentifier, false, octetString(keyIdentifier(certified.publicKey))),
        extension(
          oid.authorityKeyIdentifier,
          false,
          sequence(implicit(0, keyIdentifier(authority.publicKey))),
        ),
      ),
    ),
  );
  const signature = sign('sha256', toBeSigned, authority.privateKey);
  const lines = sequence(toBeSigned, algorithm, bitString(signature))
    .toString('base64')
    .match(/.{1,64}/g);
  return ['-----BEGIN CERTIFICATE-----', ...(lines ?? []), '-----END CERTIFICATE-----', ''].join('\n');
}

function extension(id: string, isCritical: boolean, value: Buffer): Buffer {
  const critical = isCritical ? [boolean(true)] : [];
  return sequence(objectIdentifier(id), ...critical, octetString(value));
}

function commonName(name: string): Buffer {
  return sequence(set(sequence(objectIdentifier(oid.commonName), utf8String(name))));
}

/** Positive and of 16 random bytes: two authorities never issue the same one. */
function serialNumber(): Buffer {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40;
  return bytes;
}

/** Method 1 of RFC 5280, section 4.2.1.2, with SHA-256 cut to 160 bits (RFC 7093). */
function keyIdentifier(publicKey: KeyObject): Buffer {
  const spki = publicKey.export({ type: 'spki', format: 'der' });
  return createHash('sha256').update(spki.subarray(-65)).digest().subarray(0, 20);
}

/** `dNSName [2]` and `iPAddress [7]` of GeneralName. */
function loopbackNames(): Buffer[] {
  return [
    ...loopback.names.map((name) => implicit(2, Buffer.from(name))),
    ...loopback.addresses.map((address) => implicit(7, address)),
  ];
}

/** The same as GeneralSubtree, where an address carries a mask. */
function loopbackSubtrees(): Buffer[] {
  return [
    ...loopback.names.map((name) => sequence(implicit(2, Buffer.from(name)))),
    ...loopback.addresses.map((address) =>
      sequence(implicit(7, Buffer.concat([address, Buffer.alloc(address.length, 0xff)]))),
    ),
  ];
}
