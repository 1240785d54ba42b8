import { expect, test } from 'vitest';

import { saysPortInUse } from './port-in-use.ts';

const refused = 'Error: listen EADDRINUSE: address already in use 127.0.0.1:17005';

test.each<[string, readonly string[], boolean]>([
  [
    'its port belongs to somebody else',
    ['2026-12-07 Error: the disk', refused, '    at Server.listen'],
    true,
  ],
  ['another port than its own', [refused.replace('17005', '170051')], false],
  ['an earlier start said so, and this one says something else', [refused, 'Error: no inputs'], false],
  ['nothing was said', [], false],
])('a supervisor that ended: %s', (_, lines, expected) => {
  expect(saysPortInUse(lines, 17_005)).toBe(expected);
});
