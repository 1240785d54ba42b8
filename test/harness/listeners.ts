import { readdir, readFile, readlink } from 'node:fs/promises';

/** A TCP address on which a process waits for connections. */
export interface Listener {
  readonly pid: number;
  /** As the system has it: hexadecimal, in the byte order of this machine. */
  readonly address: string;
  readonly port: number;
}

/** State `LISTEN` in /proc/net/tcp, proc(5). */
const listening = '0A';

/** 127.0.0.1, ::1, and 127.0.0.1 as an IPv6 address, on a little-endian machine. */
export const loopback: readonly string[] = [
  '0100007F',
  '00000000000000000000000001000000',
  '0000000000000000FFFF00000100007F',
];

/** Everything on which these processes listen (Linux). */
export async function listenersOf(pids: readonly number[]): Promise<readonly Listener[]> {
  const tables = await Promise.all(['/proc/net/tcp', '/proc/net/tcp6'].map((file) => readFile(file, 'utf8')));
  const rows = tables.flatMap((table) => table.trim().split('\n').slice(1));
  const byInode = new Map(
    rows.flatMap((row) => {
      const fields = row.trim().split(/\s+/);
      const [address = '', port = ''] = (fields[1] ?? '').split(':');
      const inode = fields[9] ?? '';
      return fields[3] === listening ? [[inode, { address, port: Number.parseInt(port, 16) }] as const] : [];
    }),
  );
  const found = await Promise.all(
    pids.map(async (pid) => (await socketsOf(pid)).flatMap((inode) => withPid(pid, byInode.get(inode)))),
  );
  return found.flat();
}

function withPid(pid: number, address: Omit<Listener, 'pid'> | undefined): readonly Listener[] {
  return address === undefined ? [] : [{ pid, ...address }];
}

async function socketsOf(pid: number): Promise<readonly string[]> {
  const folder = `/proc/${pid}/fd`;
  const names = await readdir(folder).catch(() => []);
  const links = await Promise.all(names.map((name) => readlink(`${folder}/${name}`).catch(() => '')));
  return links.flatMap((link) => /^socket:\[(\d+)\]$/.exec(link)?.[1] ?? []);
}
