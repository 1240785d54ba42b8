// Runs workflows of no-op steps on the durable engine alone, and prints steps per second.
// Usage: node bench/load/bare-engine.ts <connection string> <workflows> <steps of each>
import { DBOS } from '@dbos-inc/dbos-sdk';

import { createPool } from '../../src/store/pool.ts';

const [connectionString = '', workflows = '', steps = ''] = process.argv.slice(2);
const pool = createPool({ connectionString, max: 15 });
const silent = { info: drop, debug: drop, warn: drop, error: drop };

const work = DBOS.registerWorkflow(
  async () => {
    for (let step = 0; step < Number(steps); step += 1) {
      await DBOS.runStep(() => Promise.resolve({ verdict: 'passed' }), { name: `step ${step}` });
    }
  },
  { name: 'bare' },
);

DBOS.setConfig({
  name: 'bench',
  systemDatabaseUrl: connectionString,
  systemDatabasePool: pool,
  logger: silent,
});
await DBOS.launch();
const startedAt = performance.now();
const handles = await Promise.all(
  Array.from({ length: Number(workflows) }, () => DBOS.startWorkflow(work)()),
);
await Promise.all(handles.map((handle) => handle.getResult()));
const seconds = (performance.now() - startedAt) / 1000;
await DBOS.shutdown();
await pool.end();
process.stdout.write(String((Number(workflows) * Number(steps)) / seconds));

function drop(): void {
  // What the engine says about itself is not what is measured.
}
