import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { expect, test } from 'vitest';

import { freePort, freePortIn, isPortFree } from './free-port.ts';

test('of a range, no port is given that is excepted or that somebody listens on', async () => {
  const server = createServer().listen({ host: '127.0.0.1', port: await freePort() });
  await once(server, 'listening');
  const { port: taken } = server.address() as AddressInfo;
  expect(await isPortFree(taken)).toBe(false);
  expect(await freePortIn({ lowest: taken, beyond: taken + 1 })).toBeNull();
  server.close();
  await once(server, 'close');
  expect(await freePortIn({ lowest: taken, beyond: taken + 1 })).toBe(taken);
  expect(await freePortIn({ lowest: taken, beyond: taken + 1, except: new Set([taken]) })).toBeNull();
});
