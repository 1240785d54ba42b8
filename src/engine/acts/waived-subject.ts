import { cellAt, isChecklistItem } from '../../core/checklist/cells.ts';
import { type ChecklistItemId, checklistItems } from '../../core/checklist/checklist.ts';
import type { CellFacts } from '../../core/checklist/facts.ts';
import { isWaivableGate } from '../../core/checklist/waivable.ts';
import { isWaivable } from '../../core/checklist/waiver.ts';
import { standing } from '../../core/pipeline/run.ts';
import { suggestion } from '../../core/texts/suggest.ts';
import { DeployerError } from '../../errors.ts';
import type { Queries } from '../../store/database.ts';
import { candidateOf } from '../../store/deployments.ts';
import { findEnvironment } from '../../store/environments.ts';
import { lastRunOfRelease } from '../../store/of-release.ts';
import { newestRelease, releaseById, type ReleaseRow } from '../../store/releases.ts';
import { findRun, openRuns, type RunRow } from '../../store/runs.ts';
import { checklistFacts, factsBeforeSwitch } from '../checklist/checklist-facts.ts';
import type { EngineParts } from '../parts.ts';
import { judgingAt } from '../pipeline/policy-in-force.ts';
import { undecidedAt, type UndecidedRun } from '../pipeline/undecided-at.ts';

/** What a waiver is about: a gate at which a run is undecided, or an item of a release in an environment. */
export interface WaivedSubject {
  readonly kind: 'gate' | 'item';
  /** Whose people may not waive: the run that waits, or the last one of the release. */
  readonly run: string;
  readonly release: string;
  /** Null: a gate before any environment. */
  readonly environment: string | null;
  /** Index of the stage at which that run is undecided; null: none waits for this. */
  readonly stage: number | null;
}

/** As it was typed. */
export interface AskedSubject {
  readonly integration: string;
  /** An item of the checklist, or the gate at which a run is undecided. */
  readonly subject: string;
  /** Null: whichever waits at the gate; for an item, the last one of the newest release. */
  readonly run: string | null;
  /** Null: where the run waits. */
  readonly environment: string | null;
}

/** Throws `nothing_waiting`, `run_ambiguous` or `waiver_refused`, with what can be waived instead. */
export async function waivedSubject(parts: EngineParts, asked: AskedSubject): Promise<WaivedSubject> {
  const { db } = parts.database;
  const runs =
    asked.run === null ? await openRuns(db, asked.integration) : [await ownRun(db, asked, asked.run)];
  const undecided = (await Promise.all(runs.map((run) => undecidedAt(db, run)))).flatMap(
    (found) => found ?? [],
  );
  const gates = undecided.filter(
    ({ stage }) => stage.name === asked.subject && isIn(asked.environment, stage.environment),
  );
  const [gate, ...others] = gates;
  if (gate !== undefined) {
    if (others.length > 0) throw ambiguous(asked, gates);
    return gateSubject(gate, asked);
  }
  if (isChecklistItem(asked.subject)) {
    return await itemSubject(parts, { asked, item: asked.subject, waiting: undecided });
  }
  throw unknownSubject(asked, runs, undecided);
}

function isIn(wanted: string | null, environment: string | null): boolean {
  return wanted === null || wanted === environment;
}

function gateSubject({ run, stage, index }: UndecidedRun, { subject }: AskedSubject): WaivedSubject {
  if (!isWaivableGate(stage) || run.release === null) {
    const isChecklist = stage.kind === 'checklist';
    throw new DeployerError('waiver_refused', {
      message: isChecklist
        ? 'The checklist is waived item by item.'
        : `${subject} is no gate: what it does has to be done.`,
      hint: isChecklist
        ? `deployer run ${run.id}   names the items that are open`
        : `deployer retry ${run.id}`,
    });
  }
  return { kind: 'gate', run: run.id, release: run.release, environment: stage.environment, stage: index };
}

interface AskedItem {
  readonly asked: AskedSubject;
  readonly item: ChecklistItemId;
  /** Runs that are undecided, one of them perhaps about this item. */
  readonly waiting: readonly UndecidedRun[];
}

async function itemSubject(parts: EngineParts, { asked, item, waiting }: AskedItem): Promise<WaivedSubject> {
  const { db } = parts.database;
  const held = waiting.filter(
    ({ stage }) => stage.kind === 'checklist' && isIn(asked.environment, stage.environment),
  );
  const [holding] = held;
  if (held.length > 1) throw ambiguous(asked, held);
  const release = await releaseOf(db, asked, holding);
  const environment = asked.environment ?? holding?.stage.environment ?? null;
  if (environment === null) throw whichEnvironment(asked, release);
  await findEnvironment(db, asked.integration, environment);
  const facts = await factsAt(parts, { release, environment, holding });
  refuseUnwaivable(item, facts);
  const run = holding?.run.id ?? asked.run ?? (await lastRunOfRelease(db, release.id))?.id;
  if (run === undefined) throw noRelease(asked);
  return { kind: 'item', run, release: release.id, environment, stage: holding?.index ?? null };
}

async function releaseOf(
  db: Queries,
  asked: AskedSubject,
  holding: UndecidedRun | undefined,
): Promise<ReleaseRow> {
  const named = asked.run === null ? holding?.run : await findRun(db, asked.run);
  if (named !== undefined) {
    if (named.release === null) throw noRelease(asked);
    return await releaseById(db, named.release);
  }
  const newest = await newestRelease(db, asked.integration);
  if (newest === null) throw noRelease(asked);
  return newest;
}

async function factsAt(
  parts: EngineParts,
  {
    release,
    environment,
    holding,
  }: {
    readonly release: ReleaseRow;
    readonly environment: string;
    readonly holding: UndecidedRun | undefined;
  },
): Promise<CellFacts> {
  const { db } = parts.database;
  const candidate =
    holding === undefined || holding.stage.environment !== environment
      ? null
      : await candidateOf(db, holding.run.id, environment);
  if (holding !== undefined && candidate !== null) {
    const { policy } = await judgingAt(db, holding.run, holding.stage);
    return await factsBeforeSwitch(parts, holding.run, { candidate, policy });
  }
  const { integration } = release;
  const [found] = await checklistFacts(parts, { integration, release, environment });
  if (found !== undefined) return found;
  throw new DeployerError('environment_not_found', {
    message: `Release ${release.version} knows no environment "${environment}".`,
    hint: `deployer checklist --release ${release.version}`,
  });
}

function refuseUnwaivable(item: ChecklistItemId, facts: CellFacts): void {
  const cell = cellAt(item, facts);
  if (isWaivable(cell)) return;
  const title = checklistItems.find(({ id }) => id === item)?.title ?? item;
  const why =
    cell.status === 'failed' ? 'has failed, and what says no is not waived' : `is ${cell.status} already`;
  throw new DeployerError('waiver_refused', {
    message: `${title} in ${facts.environment.name} ${why}: ${cell.reason}.`,
    hint: cell.next ?? 'deployer checklist',
  });
}

async function ownRun(db: Queries, { integration }: AskedSubject, id: string): Promise<RunRow> {
  const run = await findRun(db, id);
  if (run.integration === integration) return run;
  throw new DeployerError('run_not_found', {
    message: `Run ${id} is one of ${run.integration}, not of ${integration}.`,
    hint: `deployer runs --integration ${integration}`,
  });
}

function ambiguous({ subject }: AskedSubject, found: readonly UndecidedRun[]): DeployerError {
  return new DeployerError('run_ambiguous', {
    message: `Several runs wait for ${subject}: ${found.map(({ run }) => run.id).join(', ')}.`,
    hint: `deployer waive ${subject} ${found[0]?.run.id ?? '<run>'} --reason "…" --until <time>`,
  });
}

function whichEnvironment({ subject }: AskedSubject, { definition }: ReleaseRow): DeployerError {
  const names = definition.environments.map(({ name }) => name);
  return new DeployerError('usage', {
    message: `In which environment is ${subject} to be waived: ${names.join(', ')}?`,
    hint: `Add --environment ${names.at(-1) ?? '<environment>'}`,
    path: 'environment',
  });
}

function noRelease({ integration, subject }: AskedSubject): DeployerError {
  return new DeployerError('release_not_found', {
    message: `Nothing of ${integration} was released yet, so there is no ${subject} to waive.`,
    hint: 'deployer ship',
  });
}

function unknownSubject(
  { subject }: AskedSubject,
  runs: readonly RunRow[],
  undecided: readonly UndecidedRun[],
): DeployerError {
  const items = checklistItems.map(({ id }) => id);
  const known = [...undecided.map(({ stage }) => stage.name), ...items];
  const [first] = undecided;
  const [only] = runs;
  const now =
    first !== undefined
      ? `${first.run.id} is undecided at ${first.stage.name}`
      : only !== undefined && runs.length === 1
        ? `${only.id} ${only.waiting === null ? standing(only.state) : `waits for ${only.waiting.kind}`}`
        : 'no run is undecided';
  return new DeployerError('nothing_waiting', {
    message: `There is no undecided gate "${subject}" to waive: ${now}.`,
    hint: suggestion(subject, known, `Items of the checklist: ${items.join(', ')}.`),
  });
}
