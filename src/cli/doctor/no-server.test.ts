import { expect, test } from 'vitest';

import { noServerCheck, type Unserved } from './no-server.ts';

const atRest: Unserved = { isLive: false, wasCut: false, hasWorker: false };

test.each<[string, Partial<Unserved>]>([
  ['nothing runs, as after `stop --all`', {}],
  ['a worker looks after what is live', { isLive: true, wasCut: true, hasWorker: true }],
])('that no server runs is well where %s', (_, own) => {
  expect(noServerCheck({ ...atRest, ...own })).toMatchObject({ ok: true, hint: null });
});

test.each<[string, Partial<Unserved>, string]>([
  [
    'something is live',
    { isLive: true },
    'no server runs; live environments are unwatched and open runs stand still',
  ],
  [
    'its server was killed',
    { isLive: true, wasCut: true },
    'no server runs: it ended without being told to; live environments are unwatched and open runs stand still',
  ],
  [
    'its server was killed before anything was live',
    { wasCut: true },
    'no server runs: it ended without being told to; open runs stand still',
  ],
])('that no server runs is a fault where %s, and it is said what to type', (_, own, detail) => {
  expect(noServerCheck({ ...atRest, ...own })).toMatchObject({
    ok: false,
    detail,
    hint: expect.stringContaining('deployer serve'),
  });
});
