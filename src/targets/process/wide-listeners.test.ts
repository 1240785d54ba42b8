import { expect, test } from 'vitest';

import { wideSockets } from './wide-listeners.ts';

const header =
  '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode';

function row(local: string, state = '0A', inode = '4711'): string {
  return `   0: ${local} 00000000:0000 ${state} 00000000:00000000 00:00000000 00000000  1000        0 ${inode} 1 0 100 0 0 10 0`;
}

test.for([
  ['any address', '00000000:1F90', ['0.0.0.0:8080']],
  ['an address of a network', '0A00A8C0:1F90', ['192.168.0.10:8080']],
  ['loopback', '0100007F:1F90', []],
  ['another address of loopback', '3500007F:0035', []],
  ['any IPv6 address', '00000000000000000000000000000000:1F90', ['[::]:8080']],
  ['IPv6 loopback', '00000000000000000000000001000000:1F90', []],
  ['loopback as IPv6', '0000000000000000FFFF00000100007F:1F90', []],
  ['an IPv6 address', 'B80D0120000000000000000001000000:1F90', ['[2001:db8:0:0:0:0:0:1]:8080']],
] as const)('%s', ([, local, addresses]) => {
  expect(wideSockets(`${header}\n${row(local)}\n`).map(({ address }) => address)).toEqual(addresses);
});

test('only listening sockets count', () => {
  expect(wideSockets(`${header}\n${row('00000000:1F90', '01')}\n`)).toEqual([]);
});
