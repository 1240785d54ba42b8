import { expect, test } from 'vitest';

import { columns } from './columns.ts';
import { styleOf } from './style.ts';
import { widthOf } from './width.ts';

test('columns align by what a terminal shows, not by how many characters stand there', () => {
  const style = styleOf(true);
  const lines = columns([
    ['🎫', 'one', style.dim('x')],
    [style.bold('abc'), 'three', 'y'],
    ['漢字', '', ''],
  ]);
  expect(lines.map(widthOf)).toEqual([16, 16, 6]);
  expect(lines[2]).toBe('  漢字');
});

test('what is too long for the terminal goes on under its own column', () => {
  const rows = [
    ['dev', 'prepare  verify  integration  switch  rollback-rehearsal'],
    ['production', 'approval  prepare'],
  ];
  expect(columns(rows, { width: 48 })).toEqual([
    '  dev         prepare  verify  integration\n              switch  rollback-rehearsal',
    '  production  approval  prepare',
  ]);
});
