import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { splitLines } from './line-splitter.ts';

test('lines come out the same wherever the bytes are cut', () => {
  const text = fc.array(fc.string({ unit: 'grapheme' }).map((line) => line.replaceAll(/[\r\n\0]/g, '')));
  const cuts = fc.array(fc.nat(50));
  fc.assert(
    fc.property(text, cuts, (lines, sizes) => {
      const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''));
      expect(linesOf(chunks(bytes, sizes))).toEqual(lines);
    }),
  );
});

test('a last line without its end counts, and line ends of Windows are ends', () => {
  expect(linesOf([Buffer.from('one\r\ntwo')])).toEqual(['one', 'two']);
});

test('a line without end is cut and says how long it was', () => {
  const lines: string[] = [];
  const splitter = splitLines((line) => lines.push(line), { maxLength: 10 });
  for (let n = 0; n < 100; n += 1) splitter.push(Buffer.from('0123456'));
  splitter.push(Buffer.from('\nnext\n'));
  expect(lines).toEqual(['0123456012… (700 characters)', 'next']);
});

test('a line that is cut within what may not be read shows no beginning of it', () => {
  const redactor = { margin: 6, redact: (line: string) => line.replaceAll('secret', '#') };
  for (let before = 0; before < 30; before += 1) {
    const lines: string[] = [];
    const splitter = splitLines((line) => lines.push(line), { maxLength: 12, redactor });
    splitter.push(Buffer.from(`${'-'.repeat(before)}secretsecretsecret${'-'.repeat(before)}\n`));
    expect(lines.join().split('…', 1)[0]).toMatch(/^[-#]{0,12}$/);
  }
});

test('what cannot be stored is replaced', () => {
  expect(linesOf([Buffer.from([0x61, 0x00, 0xff, 0x62])])).toEqual(['a\uFFFD\uFFFDb']);
});

function linesOf(parts: readonly Buffer[]): readonly string[] {
  const lines: string[] = [];
  const splitter = splitLines((line) => lines.push(line));
  for (const part of parts) splitter.push(part);
  splitter.end();
  return lines;
}

function chunks(bytes: Buffer, sizes: readonly number[]): readonly Buffer[] {
  const parts: Buffer[] = [];
  let from = 0;
  for (const size of sizes) {
    parts.push(bytes.subarray(from, from + size));
    from += size;
  }
  return [...parts, bytes.subarray(from)];
}
