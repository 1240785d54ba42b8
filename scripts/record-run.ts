// Writes test/fixtures/recorded-runs/: runs of the workflow versions of this code, as the engine stored them. Once a
// version of Deployer is published, its files stay as they are: record a new version of a workflow beside them, never
// over them.
import { access, writeFile } from 'node:fs/promises';

import { failed, passed, undecided } from '../src/core/verdicts/verdict.ts';
import { retry } from '../src/engine/acts/retry.ts';
import { pipelineName, rollbackName, workflowOf } from '../src/engine/messages.ts';
import { openEngineStage } from '../test/harness/engine-scene.ts';
import { recordedRun } from '../test/harness/recorded-run.ts';

const folder = new URL('../test/fixtures/recorded-runs/', import.meta.url);
const ops = { identity: 'ops@example.com', proven: false };
const approval = { approval: { count: 1, approvers: ['ops@example.com'] } };
const uat = { uat: { testers: ['qa@example.com'], scenarios: [] } };
const isAgain = process.argv.includes('--again');

await using stage = await openEngineStage();
const { pool } = stage.bed.parts.database;
const scene = stage.scene([
  { name: 'dev', policy: { gates: ['smoke'] } },
  { name: 'production', policy: { ...approval, ...uat, gates: ['rollback-rehearsal'] } },
]);

await record(`${pipelineName} through every kind of gate`, await throughEveryGate());
await record(`${pipelineName} undecided, then retried`, await undecidedThenRetried());
await record(`${pipelineName} failed and undone`, await failedAndUndone());
await record(`${rollbackName} to a warm deployment`, await rolledBack());

async function throughEveryGate(): Promise<string> {
  const { id } = await scene.ship();
  await scene.untilWaiting(id, 'approval');
  await scene.approve(id);
  await scene.untilWaiting(id, 'uat');
  await scene.sign(id, 'pass');
  await scene.untilState(id, 'succeeded');
  return workflowOf(id, 1);
}

async function undecidedThenRetried(): Promise<string> {
  let looks = 0;
  scene.work.set('smoke', async () => ((looks += 1) === 1 ? undecided('no tests ran') : passed('1 test')));
  const { id } = await scene.ship({ to: 'dev' });
  await scene.untilWaiting(id, 'undecided');
  await retry(stage.bed.parts, { run: id, by: ops });
  await scene.untilState(id, 'succeeded');
  return workflowOf(id, 1);
}

async function failedAndUndone(): Promise<string> {
  scene.work.set('smoke', async () => failed('a test failed'));
  const { id } = await scene.ship({ to: 'dev' });
  await scene.untilState(id, 'failed');
  return workflowOf(id, 1);
}

async function rolledBack(): Promise<string> {
  scene.work.delete('smoke');
  await scene.rollback('dev');
  const { rows } = await pool.query<{ id: string }>(
    'select workflow_uuid as id from dbos.workflow_status where name = $1',
    [rollbackName],
  );
  return rows[0]?.id ?? '';
}

async function record(name: string, workflow: string): Promise<void> {
  const file = new URL(`${name.replaceAll(/[ ,]+/g, '-')}.json`, folder);
  const isThere = await access(file).then(
    () => true,
    () => false,
  );
  if (isThere && !isAgain) return console.log(`Kept: ${name}`);
  await writeFile(file, `${JSON.stringify(await recordedRun(pool, workflow), null, 2)}\n`);
  console.log(`Recorded: ${name}`);
}
