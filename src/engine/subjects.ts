import type { Binding } from '../core/approval/binding.ts';
import { comparable, type Configuration, configurationOf } from '../core/configuration/configuration.ts';
import { environmentIn } from '../core/definition/environment-in.ts';
import type { Policy } from '../core/definition/integration.ts';
import { type Hold, holdAgainst, holdReason, onHold, unholdCommand } from '../core/order/hold.ts';
import type { Stage } from '../core/pipeline/plan.ts';
import { residentInputs } from '../core/residents/resident.ts';
import type { Pins } from '../core/secrets/secrets.ts';
import { stableOf } from '../core/switching/route-table.ts';
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
import { knownPins, type PinParts, pinsOf } from './pipeline/pins.ts';
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
  const environment = environmentIn(run.definition, stage.environment);
  const standing = await standingAt(db, run, stage, await pinsOf(decided, run, environment.name));
  const { parts, configuration, policy } = standing;
  await saveConfiguration(db, parts.configuration, configuration);
  await savePolicy(db, parts.policy, policy);
  return { digest: digestOf(parts), parts };
}

/** As `bindingAt` for who only looks: nothing is decided or written. Null: versions of secrets are not decided yet. */
export async function bindingSeen(db: Queries, run: RunRow, stage: Stage): Promise<Binding | null> {
  const pins = await knownPins(db, run, environmentIn(run.definition, stage.environment).name);
  return pins === null ? null : (await standingAt(db, run, stage, pins)).parts;
}

/** What a decision about a stage is bound to now, and what stands behind two of its digests. */
async function standingAt(
  db: Queries,
  run: RunRow,
  stage: Stage,
  pins: Pins,
): Promise<{ readonly parts: Binding; readonly configuration: Configuration; readonly policy: Policy }> {
  const release = await releaseOfRun(db, run);
  const environment = environmentIn(run.definition, stage.environment);
  const configuration = configurationOf(environment, pins);
  const judging = await judgingAt(db, run, stage);
  const judged = stage.kind === 'approval' ? null : await candidateOf(db, run.id, environment.name);
  const parts: Binding = {
    environment: environment.name,
    release: release.id,
    content: release.content,
    configuration: digestOf(configuration),
    policy: judging.digest,
    deployment: judged?.id ?? null,
    replaces:
      judged === null
        ? stableOf((await findEnvironment(db, run.integration, environment.name)).routes)
        : judged.replaces,
    ...(judged === null ? await residentsNow(db, run.integration, environment.name) : {}),
  };
  return { parts, configuration, policy: judging.policy };
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
