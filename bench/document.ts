// What deployment documents and checklists cost: of a thousand integrations, and with how much evidence their releases
// have left. Usage: node bench/document.ts [quick]
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

import { Client } from 'pg';

import { documentOf } from '../src/core/document/document-of.ts';
import { checklistHtml, checklistMarkdown } from '../src/documents/checklist.ts';
import { documentHtml } from '../src/documents/html/document.ts';
import { documentMarkdown } from '../src/documents/markdown.ts';
import { documentFacts } from '../src/revisions/document-facts.ts';
import { reviseDocument } from '../src/revisions/revise.ts';
import { moments } from '../test/documents/moments.ts';
import { type EngineStage, openEngineStage } from '../test/harness/engine-scene.ts';
import { cloneIntegration } from './load/clone-integration.ts';
import { printTable, quantile } from './table.ts';

const isQuick = process.argv.includes('quick');
const integrations = isQuick ? 20 : 1000;
const evidenceRows = isQuick ? [10, 1000] : [10, 100, 1000, 10_000];
const looks = isQuick ? 20 : 200;
// What is garbage must be gone before memory is compared.
setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;
const by = { identity: 'bench@example.com', proven: false };
const signal = new AbortController().signal;

printTable(`bench/document: ${integrations} documents and checklists, written from facts in memory`, [
  ['', 'p50', 'p95', 'max', 'result', 'memory each'],
  ...written(),
]);
const stage = await openEngineStage();
try {
  await recorded(stage);
} finally {
  await stage[Symbol.asyncDispose]();
}

/** Of Triage Desk in production: seven components, three environments, a full checklist. */
function written(): string[][] {
  const facts = moments().find(({ name }) => name === 'in-production')?.facts;
  if (facts === undefined || facts.checklist === null) throw new Error('there is no such moment');
  const { checklist } = facts;
  const document = documentOf(facts);
  const works: Readonly<Record<string, () => unknown>> = {
    'document as data': () => documentOf(facts),
    'document as Markdown': () => documentMarkdown(document, null),
    'document as HTML': () => documentHtml(document, null),
    'checklist as Markdown': () => checklistMarkdown(checklist),
    'checklist as HTML': () => checklistHtml(checklist),
  };
  return Object.entries(works).map(([name, work]) => {
    for (let warm = 0; warm < 50; warm += 1) work();
    const before = heapBytes();
    const times: number[] = [];
    const kept: unknown[] = [];
    for (let count = 0; count < integrations; count += 1) {
      const startedAt = performance.now();
      kept.push(work());
      times.push(performance.now() - startedAt);
    }
    const each = (heapBytes() - before) / kept.length;
    const last = kept.at(-1);
    const size = typeof last === 'string' ? last.length : JSON.stringify(last).length;
    return [name, ...figures(times), kilobytes(size), kilobytes(each)];
  });
}

/** With a real PostgreSQL: facts gathered, the document written and compared with its newest revision. */
async function recorded(engine: EngineStage): Promise<void> {
  const { bed, connectionString } = engine;
  const scene = engine.scene([{ name: 'dev' }, { name: 'staging' }, { name: 'production' }]);
  const { id } = await scene.ship();
  await scene.untilState(id, 'succeeded');
  await bed.engine.stop();
  const database = new Client({ connectionString });
  await database.connect();
  const rows: string[][] = [];
  try {
    const asked = { integration: scene.key, redactor: await bed.parts.secrets.redactor(scene.key) };
    let there = 0;
    for (const size of evidenceRows) {
      await addEvidence(database, id, { from: there, to: size });
      there = size;
      const before = heapBytes();
      const kept: unknown[] = [];
      const times = await timed(looks, async () => {
        kept.push(await documentFacts(bed.parts, asked, signal));
      });
      const each = (heapBytes() - before) / kept.length;
      rows.push([`facts, ${size} evidence rows per stage`, ...figures(times), kilobytes(each)]);
    }
    await cloneIntegration(database, scene.key, { from: 1, to: integrations });
    const all = Array.from({ length: integrations - 1 }, (_, at) => `${scene.key}-${at + 1}`);
    const revise = (integration: string) => () => reviseDocument(bed.parts, { integration, by }, signal);
    const first: number[] = [];
    for (const key of all) first.push(...(await timed(1, revise(key))));
    rows.push([`first revision of ${all.length} integrations`, ...figures(first), '']);
    const again: number[] = [];
    for (const key of all) again.push(...(await timed(1, revise(key))));
    rows.push([`the same again, nothing new`, ...figures(again), '']);
  } finally {
    await database.end();
  }
  const memory = (process.memoryUsage().rss / 1024 / 1024).toFixed(0);
  printTable('bench/document: from the database', [
    ['', 'p50', 'p95', 'max', 'memory each'],
    ...rows,
    ['memory of the process at the end', `${memory} MiB`, '', '', ''],
  ]);
}

function heapBytes(): number {
  collect();
  return process.memoryUsage().heapUsed;
}

/** As a stage leaves it that is tried again and again: more of each kind that it has left. */
async function addEvidence(
  database: Client,
  run: string,
  { from, to }: { readonly from: number; readonly to: number },
): Promise<void> {
  await database.query(
    `insert into app.evidence (digest, kind, run, stage, release, environment, deployment, body, at)
     select 'sha256:' || encode(sha256((seen.digest || '/' || n)::text::bytea), 'hex'), seen.kind, seen.run, seen.stage,
       seen.release, seen.environment, seen.deployment,
       seen.body, seen.at - n * interval '1 second'
     from (select distinct on (stage, kind) * from app.evidence where run = $1 order by stage, kind, at desc) as seen,
       generate_series($2::integer, $3::integer) as n`,
    [run, from + 1, to],
  );
  await database.query('analyze app.evidence');
}

async function timed(count: number, work: () => Promise<unknown>): Promise<number[]> {
  const times: number[] = [];
  for (let done = 0; done < count; done += 1) {
    const startedAt = performance.now();
    await work();
    times.push(performance.now() - startedAt);
  }
  return times;
}

function figures(times: readonly number[]): string[] {
  return [0.5, 0.95, 1].map((q) => `${quantile(times, q).toFixed(1)} ms`);
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1024).toFixed(0)} kB`;
}
