import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { emptyRedactor, redactData, redactedMark, redactorOf } from './redaction.ts';

const value = 'p4ss/w0rd & "more"+é';
const redactor = redactorOf([value]);
const bytes = Buffer.from(value);

test.each([
  ['as it is', value],
  ['in a URL', encodeURIComponent(value)],
  ['in a form', new URLSearchParams({ password: value }).toString()],
  ['in a URL by an encoder that encodes everything', [...bytes].map((byte) => `%${hex(byte)}`).join('')],
  ['in a URL in a URL', encodeURIComponent(encodeURIComponent(value))],
  ['in JSON', JSON.stringify({ password: value })],
  ['in JSON in JSON', JSON.stringify({ line: JSON.stringify({ password: value }) })],
  ['in JSON of ASCII only', JSON.stringify(value).replaceAll('é', String.raw`\u00e9`)],
  ['in JSON that escapes slashes', JSON.stringify(value).replaceAll('/', String.raw`\/`)],
  ['in XML', `<a b="${value.replaceAll('&', '&amp;').replaceAll('"', '&quot;')}"/>`],
  [
    'in XML by number',
    value.replaceAll('"', '&#34;').replaceAll('&', '&#x26;').replaceAll('&#x26;#34;', '&#34;'),
  ],
  ['in base64', bytes.toString('base64')],
  ['in base64 for URLs', bytes.toString('base64url')],
  ['in base64, one byte in', Buffer.concat([Buffer.from('u'), bytes, Buffer.from(':x')]).toString('base64')],
  ['in base64, two bytes in', Buffer.concat([Buffer.from('u:'), bytes, Buffer.from('x')]).toString('base64')],
  ['in base64 in a URL', encodeURIComponent(Buffer.from(`Basic ${value}`).toString('base64'))],
  ['in hexadecimal', bytes.toString('hex')],
  ['in upper-case hexadecimal', bytes.toString('hex').toUpperCase()],
])('a value is taken out %s', (_, text) => {
  expect(redactor.redact(`before ${text} after`)).toContain(redactedMark);
  for (const form of [value, bytes.toString('base64').slice(3, -4), bytes.toString('hex')])
    expect(redactor.redact(`before ${text} after`)).not.toContain(form);
});

test('a value that looks encoded itself is found behind another encoding', () => {
  for (const hidden of ['p%20ss%41 "word"', String.raw`c:\new "path"`, '&amp;&lt; "word"/é'])
    for (const encode of encoders)
      expect(redactorOf([hidden]).redact(`before ${encode(hidden)} after`)).toContain(redactedMark);
});

test('base64 for URLs is found at any alignment, where it differs from the other one', () => {
  const hidden = '>>>???~~~ÿþ>>>';
  for (const before of ['', 'a', 'ab']) {
    const encoded = Buffer.from(`${before}${hidden}`).toString('base64url');
    expect(encoded).toMatch(/[-_]/);
    expect(redactorOf([hidden]).redact(encoded)).toMatch(/^\w{0,3}\[redacted\][\w-]?$/);
  }
});

test('what stands around a value stays', () => {
  expect(redactor.redact(`user=me password=${encodeURIComponent(value)}&next=%2Fhome`)).toBe(
    `user=me password=${redactedMark}&next=%2Fhome`,
  );
});

test('each line of a value of several lines is taken out; its frame is not', () => {
  const pem = `-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0B\nAQEFAASCBKcwggSjAgEAAoIB\n-----END PRIVATE KEY-----\n`;
  const lines = pem.split('\n').map((line) => redactorOf([pem]).redact(line));
  expect(lines).toEqual([
    '-----BEGIN PRIVATE KEY-----',
    redactedMark,
    redactedMark,
    '-----END PRIVATE KEY-----',
    '',
  ]);
  expect(redactorOf([pem]).redact(JSON.stringify({ pem }))).not.toContain('MIIE');
});

test('a value is taken out where its white space was made one blank: an answer is kept so, and a document has lines', () => {
  const hidden = ' two  blanks\t and a tab';
  const text = 'it logs in with two blanks and a tab, they say';
  expect(redactorOf([hidden]).redact(text)).toBe('it logs in with [redacted], they say');
});

test('a long value is found in the lines into which an encoder breaks it, and a part of it is found too', () => {
  const long = Array.from({ length: 60 }, (_, at) => `part ${at};`).join('');
  const wrapped =
    Buffer.from(long)
      .toString('base64')
      .match(/.{1,76}/g) ?? [];
  expect(wrapped.length).toBeGreaterThan(5);
  for (const line of wrapped)
    expect(redactorOf([long]).redact(line)).toBe(redactedMark + line.slice(-2).replace(/[^=]/g, ''));
  expect(redactorOf([long]).redact(long.slice(0, 200))).not.toContain('part 3;');
});

test('overlapping values leave nothing between them', () => {
  expect(redactorOf(['abcdefgh', 'efghijkl']).redact('-abcdefghijkl-')).toBe(`-${redactedMark}-`);
});

test('whatever a value and its surroundings are, no encoding of it survives', () => {
  const text = fc.string({ unit: 'grapheme', maxLength: 30 });
  const secret = fc.string({ unit: 'grapheme', minLength: 8, maxLength: 40 }).filter(isSecret);
  fc.assert(
    fc.property(secret, text, text, (hidden, before, after) => {
      const hiding = redactorOf([hidden]);
      for (const encode of encoders) {
        const form = encode(hidden);
        expect(hiding.redact(`${before} ${form} ${after}`)).not.toContain(form);
      }
    }),
    { numRuns: 300 },
  );
});

test('a text without a value stays as it is', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(redactorOf(['never-in-there-0123456789']).redact(text)).toBe(text);
    }),
  );
  expect(emptyRedactor.redact(value)).toBe(value);
  expect(redactorOf([]).isEmpty).toBe(true);
});

test('data keeps its shape: every text in it is redacted, keys too', () => {
  const data = { n: 1, list: [value, null, true], [value]: { deep: `a ${value} b` } };
  expect(redactData(data, redactor)).toEqual({
    n: 1,
    list: [redactedMark, null, true],
    [redactedMark]: { deep: `a ${redactedMark} b` },
  });
  expect(redactData(data, emptyRedactor)).toBe(data);
});

test('a thousand values cost hardly more than one', () => {
  const values = Array.from(
    { length: 1000 },
    (_, at) => `value-${at}-${Buffer.from(String(at * 7919)).toString('hex')}`,
  );
  const many = redactorOf(values);
  const line = '{"level":30,"at":"2026-01-01T00:00:00.000Z","msg":"a request was answered","ms":12}'.repeat(
    4,
  );
  const startedAt = performance.now();
  for (let n = 0; n < 3000; n += 1) many.redact(line);
  // 1 MB: some milliseconds here, and a second on a machine that is very busy.
  expect(performance.now() - startedAt).toBeLessThan(1000);
});

const encoders: readonly ((text: string) => string)[] = [
  (text) => text,
  encodeURIComponent,
  (text) => JSON.stringify(text).slice(1, -1),
  (text) => Buffer.from(text).toString('hex'),
  // The last characters of base64 may hold bits of what follows.
  (text) =>
    Buffer.from(text)
      .toString('base64')
      .replace(/=+$/, '')
      .slice(0, Math.floor((Buffer.byteLength(text) * 8) / 6)),
];

function isSecret(text: string): boolean {
  return text.trim() === text && text.isWellFormed() && !/[\r\n]/.test(text);
}

function hex(byte: number): string {
  return byte.toString(16).padStart(2, '0');
}
