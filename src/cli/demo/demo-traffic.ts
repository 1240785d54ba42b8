import { spawn } from 'node:child_process';
import { join } from 'node:path';

import { moduleBeside } from '../../lib/detached-process.ts';
import type { DemoPlace } from './demo-place.ts';
import type { TrafficCounts } from './traffic-counts.ts';

/** Users of production, from now until they are told to stop. */
export interface DemoTraffic {
  stop(): Promise<TrafficCounts>;
}

export function startTraffic(
  place: DemoPlace,
  { url, caFile }: { readonly url: string; readonly caFile: string },
): DemoTraffic {
  const program = moduleBeside(import.meta.url, './traffic-program');
  const child = spawn(process.execPath, [program, url, caFile, join(place.repository, 'traffic.ts')], {
    cwd: place.root,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  const ended = new Promise<TrafficCounts>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve(JSON.parse(text) as TrafficCounts);
      else reject(new Error(`the demo's users ended with ${code}`));
    });
  });
  // Awaited by `stop`; until then a failure waits there.
  ended.catch(() => null);
  return {
    stop() {
      child.stdin.end();
      return ended;
    },
  };
}
