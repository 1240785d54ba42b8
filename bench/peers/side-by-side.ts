import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { type Peer, programPath, type RunningPeer } from './peer.ts';

/** Where a benchmark puts its files, and what it has started. */
export interface SideBySide {
  readonly folder: string;
  /** Ended after the benchmark, in this order. */
  readonly running: RunningPeer[];
}

/**
 * Runs a benchmark that compares proxies, and ends what it started. Where a program is not installed that it cannot do
 * without, it is left out, which is said.
 */
export async function sideBySide(
  name: string,
  needed: readonly string[],
  measure: (place: SideBySide) => Promise<void>,
): Promise<void> {
  const missing = needed.filter((program) => programPath(program) === null);
  if (missing.length > 0) {
    console.log(`bench/${name}: left out, for want of ${missing.join(', ')}`);
    return;
  }
  const folder = await mkdtemp(join(tmpdir(), `deployer-bench-${name}-`));
  const running: RunningPeer[] = [];
  try {
    await measure({ folder, running });
  } finally {
    for (const each of running) await each.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Those that can be started here. */
export function installed(peers: readonly Peer[]): readonly Peer[] {
  return peers.filter(({ program }) => program === null || programPath(program) !== null);
}
