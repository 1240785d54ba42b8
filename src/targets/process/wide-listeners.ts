import { readFile, readdir, readlink } from 'node:fs/promises';

import type { Observation } from '../../core/places/target.ts';
import { isNodeError } from '../../lib/node-error.ts';
import { groupMembers } from './runtime/group-members.ts';

/** A replica that listens beyond loopback, though it was told HOST=127.0.0.1. */
export interface WideListener {
  readonly component: string;
  readonly replica: number;
  /** `0.0.0.0:8080`, `[::]:8080` */
  readonly address: string;
}

/** TCP_LISTEN of the kernel's include/net/tcp_states.h. */
const listening = '0A';

/** The replicas that listen beyond loopback. Empty where the system does not tell (anything but Linux). */
export async function findWideListeners({ components }: Observation): Promise<readonly WideListener[]> {
  if (process.platform !== 'linux') return [];
  const [tcp, tcp6] = await Promise.all([textOf('/proc/net/tcp'), textOf('/proc/net/tcp6')]);
  const sockets = [...wideSockets(tcp), ...wideSockets(tcp6)];
  const replicas = components.flatMap(({ name, replicas }) => replicas.map((replica) => ({ name, replica })));
  const found = await Promise.all(
    replicas.map(async ({ name, replica }) => {
      const inodes = replica.pid === null ? new Set() : await socketInodes(replica.pid);
      return sockets
        .filter(({ inode }) => inodes.has(inode))
        .map(({ address }) => ({ component: name, replica: replica.index, address }));
    }),
  );
  return found.flat();
}

interface ListeningSocket {
  readonly address: string;
  readonly inode: string;
}

/**
 * Listening sockets beyond loopback in the text of /proc/net/tcp or tcp6, proc_pid_net(5): the local address is in
 * field 2 as hexadecimal words in the byte order of the machine, the state in field 4, the inode in field 10.
 */
export function wideSockets(text: string): readonly ListeningSocket[] {
  return text.split('\n').flatMap((line) => {
    const [, local = '', , state, , , , , , inode] = line.trim().split(/\s+/);
    const [host = '', port = ''] = local.split(':');
    if (state !== listening || inode === undefined) return [];
    const bytes = (host.match(/.{8}/g) ?? []).flatMap(littleEndianBytes);
    return isLoopback(bytes) ? [] : [{ address: `${hostText(bytes)}:${Number.parseInt(port, 16)}`, inode }];
  });
}

function littleEndianBytes(word: string): readonly number[] {
  return (word.match(/../g) ?? []).map((byte) => Number.parseInt(byte, 16)).toReversed();
}

/** 127.0.0.0/8, ::1, and 127.0.0.0/8 written as IPv6. */
function isLoopback(bytes: readonly number[]): boolean {
  if (bytes.length === 4) return bytes[0] === 127;
  const isMapped = bytes.slice(0, 10).every((byte) => byte === 0) && bytes[10] === 255 && bytes[11] === 255;
  if (isMapped) return bytes[12] === 127;
  return bytes.slice(0, 15).every((byte) => byte === 0) && bytes[15] === 1;
}

function hostText(bytes: readonly number[]): string {
  if (bytes.length === 4) return bytes.join('.');
  if (bytes.every((byte) => byte === 0)) return '[::]';
  const words = Array.from({ length: 8 }, (_, at) => (bytes[at * 2] ?? 0) * 256 + (bytes[at * 2 + 1] ?? 0));
  return `[${words.map((word) => word.toString(16)).join(':')}]`;
}

async function socketInodes(group: number): Promise<ReadonlySet<string>> {
  const members = await groupMembers(group);
  const links = await Promise.all(members.map(descriptorsOf));
  const inodes = links.flat().map((link) => /^socket:\[(\d+)\]$/.exec(link)?.[1]);
  return new Set(inodes.filter((inode) => inode !== undefined));
}

async function descriptorsOf(pid: number): Promise<readonly string[]> {
  const folder = `/proc/${pid}/fd`;
  const names = await orNothing(readdir(folder), []);
  return Promise.all(names.map((name) => orNothing(readlink(`${folder}/${name}`), '')));
}

function textOf(path: string): Promise<string> {
  return orNothing(readFile(path, 'utf8'), '');
}

/** Processes end and descriptors close while one looks; a kernel may have no IPv6. */
async function orNothing<T>(read: Promise<T>, nothing: T): Promise<T> {
  try {
    return await read;
  } catch (error) {
    if (isNodeError(error)) return nothing;
    throw error;
  }
}
