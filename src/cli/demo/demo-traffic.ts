import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';

import type { EnvironmentView } from '../../api/views/status.ts';
import { DeployerError } from '../../errors.ts';
import { moduleBeside } from '../../lib/detached-process.ts';
import { splitLines } from '../../lib/line-splitter.ts';
import type { DemoPlace } from './demo-place.ts';
import { noTraffic, TrafficCounts } from './traffic-counts.ts';

/** Users of production, from now until they are told to stop. */
export interface DemoTraffic {
  /** What they have seen so far. */
  readonly counts: TrafficCounts;
  /** Waits for the last answers. Throws `demo_failed` when the users ended by themselves. */
  stop(): Promise<TrafficCounts>;
}

/** The longest that an answer may take, and some time to end. */
const stopDeadlineMs = 20_000;

export function startTraffic(
  { repository }: DemoPlace,
  { url, caFile }: Pick<EnvironmentView, 'url' | 'caFile'>,
): DemoTraffic {
  const program = moduleBeside(import.meta.url, './traffic-program');
  const child = spawn(process.execPath, [program, url ?? '', caFile ?? '', join(repository, 'traffic.ts')], {
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let counts = noTraffic;
  const said = splitLines((line) => (counts = TrafficCounts.parse(JSON.parse(line))));
  child.stdout.on('data', (chunk: Buffer) => said.push(chunk));
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (complaint += text));
  const ended = endOf(child);
  // Looked at by `stop`.
  ended.catch(() => null);
  return {
    get counts() {
      return counts;
    },
    async stop() {
      child.stdin.end();
      const overdue = setTimeout(() => child.kill('SIGKILL'), stopDeadlineMs);
      const code = await ended;
      clearTimeout(overdue);
      if (code !== 0) throw usersLeft(complaint);
      return counts;
    },
  };
}

function endOf(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
}

function usersLeft(complaint: string): DeployerError {
  return new DeployerError('demo_failed', {
    message: "The demo's users ended before the demo did, so nothing can be said about what they saw.",
    hint: 'Run the demo again: deployer demo',
    detail: complaint.trim().split('\n').slice(-12),
  });
}
