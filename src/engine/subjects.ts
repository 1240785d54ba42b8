import type { Binding } from '../core/binding.ts';
import { comparable, configurationOf } from '../core/configuration.ts';
import { environmentIn } from '../core/environment-in.ts';
import { type Hold, holdAgainst, holdReason, onHold, unholdCommand } from '../core/hold.ts';
import type { Stage } from '../core/plan.ts';
import { residentInputs } from '../core/resident.ts';
import { stableOf } from '../core/route-table.ts';
import { DeployerError } from '../errors.ts';
import { digestOf } from '../lib/canonical-json.ts';
import type { Queries } from '../store/database.ts';
import { candidateOf } from '../store/deployments.ts';
import { saveConfiguration, savePolicy } from '../store/digested.ts';
import { findEnvironment } from '../store/environments.ts';
import { activeHolds } from '../store/holds.ts';
import { residentsIn } from '../store/residents.ts';
import { type ReleaseRow, releaseById, releasesById } from '../store/releases.ts';
import type { RunRow } from '../store/runs.ts';
import { type PinParts, pinsOf } from './pipeline/pins.ts';
import { judgingAt } from './pipeline/policy-in-force.ts';

/** What runs, gates and holds are about: a release, in an environment, with a configuration, under a policy. */

export async function releaseOfRun(db: Queries, run: RunRow): Promise<ReleaseRow> {
  if (run.release !== null) return await releaseById(db, run.release);
  throw new DeployerError('release_not_found', {
    message: `Run ${run.id} has no release yet.`,
    hint: `deployer run ${run.id} --follow`,
  });
}

export interface Bound {
  readonly digest: string;
  readonly parts: Binding;
}

/** What a decision at this stage is bound to now; freezes the configuration and the policy that it names. */
export async function bindingAt(decided: PinParts, run: RunRow, stage: Stage): Promise<Bound> {
  const { db } = decided;
  const release = await releaseOfRun(db, run);
  const environment = environmentIn(run.definition, stage.environment);
  const configuration = configurationOf(environment, await pinsOf(decided, run, environment.name));
  const configurationDigest = digestOf(configuration);
  const judging = await judgingAt(db, run, stage);
  await saveConfiguration(db, configurationDigest, configuration);
  await savePolicy(db, judging.digest, judging.policy);
  const judged = stage.kind === 'approval' ? null : await candidateOf(db, run.id, environment.name);
  const parts: Binding = {
    environment: environment.name,
    release: release.id,
    content: release.content,
    configuration: configurationDigest,
    policy: judging.digest,
    deployment: judged?.id ?? null,
    replaces:
      judged === null
        ? stableOf((await findEnvironment(db, run.integration, environment.name)).routes)
        : judged.replaces,
    ...(judged === null ? await residentsNow(db, run.integration, environment.name) : {}),
  };
  return { digest: digestOf(parts), parts };
}

/**
 * An approval was shown what becomes of them. Another run may have changed them since, or a first attempt of this one:
 * what is there is then not what it was said to replace.
 */
async function residentsNow(
  db: Queries,
  integration: string,
  environment: string,
): Promise<Pick<Binding, 'residents'>> {
  const rows = await residentsIn(db, { integration, environment });
  const now = rows.flatMap(({ component, current }) =>
    current === null ? [] : [[component, residentInputs(current)] as const],
  );
  return now.length === 0 ? {} : { residents: digestOf(Object.fromEntries(now)) };
}

/** Tells of a release, in an environment of its own definition, which hold keeps it out; null: none. */
export type HoldJudge = (release: ReleaseRow, environment: string) => Hold | null;

/** The holds that stand now, read once for any number of questions. */
export async function holdJudge(db: Queries, integration: string): Promise<HoldJudge> {
  const holds = await activeHolds(db, integration);
  const held = new Map(
    (
      await releasesById(
        db,
        holds.map(({ release }) => release),
      )
    ).map((row) => [row.id, row]),
  );
  const digestIn = (row: ReleaseRow | undefined, environment: string): string | null => {
    const found = row?.definition.environments.find(({ name }) => name === environment);
    return found === undefined ? null : digestOf(comparable(configurationOf(found, {})));
  };
  return (release, environment) => {
    if (holds.length === 0) return null;
    const { id, content } = release;
    const subject = {
      release: id,
      content,
      environment,
      configuration: digestIn(release, environment) ?? '',
    };
    return holdAgainst(subject, holds, (other, name) => digestIn(held.get(other), name));
  };
}

/** Refuses a release that is on hold in one of the environments; the hint lifts it. */
export async function refuseHeld(
  db: Queries,
  release: ReleaseRow,
  environments: readonly string[],
): Promise<void> {
  const judge = await holdJudge(db, release.integration);
  for (const environment of environments) {
    const hold = judge(release, environment);
    if (hold === null) continue;
    throw new DeployerError('release_held', {
      message: `Release ${release.version} is ${onHold(hold)}: ${holdReason(hold)}.`,
      hint: unholdCommand(release.version, hold),
    });
  }
}
