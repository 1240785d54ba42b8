import type { CellFacts, StageFacts } from '../../core/checklist/facts.ts';
import type { IntegrationDefinition } from '../../core/definition/integration.ts';
import type { Queries } from '../../store/database.ts';
import { isoOrNull } from '../../store/json.ts';
import { lastRunOfRelease, type ReleaseStageRow, stagesOfRelease } from '../../store/of-release.ts';
import type { ReleaseRow } from '../../store/releases.ts';
import { documentationOf } from '../../store/seen-documentation.ts';
import type { RunRow } from '../../store/runs.ts';
import { waiverFactsOf } from './waiver-facts.ts';

/** What is known of a release whatever the environment. */
export interface ReleaseKnown extends Pick<
  CellFacts,
  'definition' | 'release' | 'stages' | 'documentation' | 'waivers'
> {
  readonly rows: readonly ReleaseStageRow[];
  /** Its run that goes on; null: none does. */
  readonly openRun: RunRow | null;
}

/** @param definition of an integration that has no release yet */
export async function releaseKnown(
  db: Queries,
  release: ReleaseRow | null,
  definition: IntegrationDefinition,
): Promise<ReleaseKnown> {
  if (release === null) {
    const nothing = { release: null, stages: [], documentation: null, waivers: [], rows: [], openRun: null };
    return { definition, ...nothing };
  }
  const [rows, waivers, documentation, run] = await Promise.all([
    stagesOfRelease(db, release.id),
    waiverFactsOf(db, release.id),
    documentationOf(db, release.id),
    lastRunOfRelease(db, release.id),
  ]);
  return {
    definition: release.definition,
    release: { id: release.id, version: release.version },
    stages: rows.map(stageFacts),
    documentation,
    waivers,
    rows,
    openRun: run?.ended_at === null ? run : null,
  };
}

function stageFacts(row: ReleaseStageRow): StageFacts {
  const { run, name, kind, environment, state, verdict, reason, endedAt, evidence } = row;
  return { run, name, kind, environment, state, verdict, reason, endedAt: isoOrNull(endedAt), evidence };
}

/** What brings a release on, in an environment: what its run waits for, or another ship. */
export function goOnIn({ release, openRun }: ReleaseKnown, environment: string): string {
  if (openRun !== null && openRun.plan.stages.some((stage) => stage.environment === environment)) {
    return openRun.waiting?.next ?? `deployer run ${openRun.id} --follow`;
  }
  return release === null
    ? 'deployer ship'
    : `deployer ship --release ${release.version} --to ${environment}`;
}
