import type {
  DecisionFacts,
  DeploymentOfRelease,
  SecretFacts,
  WayBackFacts,
} from '../../core/checklist/facts.ts';
import { type Binding, bindingChanges } from '../../core/approval/binding.ts';
import { componentInputs } from '../../core/definition/component-inputs.ts';
import type { EnvironmentDefinition } from '../../core/definition/integration.ts';
import { parseSecretReference, referencesIn, secretName } from '../../core/secrets/secret-reference.ts';
import { digestOf } from '../../lib/canonical-json.ts';
import type { Queries } from '../../store/database.ts';
import { candidateOf, type DeploymentRow } from '../../store/deployments.ts';
import { iso } from '../../store/json.ts';
import { decisionsAt, type ReleaseStageRow } from '../../store/of-release.ts';
import { findRun } from '../../store/runs.ts';
import type { RollbackChoice } from '../acts/rollback.ts';
import { noWayBackTo } from '../going-back/way-back.ts';
import type { Places } from '../parts.ts';
import { bindingSeen } from '../subjects.ts';

/** What is known of a release at one place. */

export function deploymentFacts(row: DeploymentRow, stable: string | null): DeploymentOfRelease {
  return {
    id: row.id,
    isStable: row.id === stable,
    configuration: row.configuration,
    components: row.preparation.components.map((component) => ({
      name: component.name,
      artifact: component.artifact,
      inputs: digestOf(componentInputs(component)),
      replicas: component.shape.replicas,
      activation: component.activation,
    })),
  };
}

/** Decisions at the newest approval and UAT of a release in an environment. */
export async function decisionFacts(
  { database: { db } }: Pick<Places, 'database'>,
  rows: readonly ReleaseStageRow[],
  environment: string,
): Promise<readonly DecisionFacts[]> {
  const gates = rows.filter(
    ({ kind, environment: at }) => at === environment && (kind === 'approval' || kind === 'uat'),
  );
  const decided = await decisionsAt(db, gates);
  const approval = gates.find(({ kind, state }) => kind === 'approval' && state === 'passed');
  const now = approval === undefined ? null : await approvalBinding(db, approval, environment);
  return decided.flatMap(({ kind, run, identity, at, parts }): readonly DecisionFacts[] => {
    if (kind === 'retry') return [];
    const { release = null, configuration = null, deployment = null } = parts ?? {};
    const isBound = kind === 'approve' && parts !== null && now !== null;
    const changedSince = isBound ? bindingChanges(parts, now(parts)) : [];
    return [{ kind, run, identity, at: iso(at), release, configuration, deployment, changedSince }];
  });
}

/**
 * What the approval of a run has to be bound to: what its candidate was made from, else what stands now, by which the
 * run is let in or asks again.
 */
async function approvalBinding(
  db: Queries,
  { run: id, index }: ReleaseStageRow,
  environment: string,
): Promise<(shown: Binding) => Binding> {
  const candidate = await candidateOf(db, id, environment);
  if (candidate !== null && candidate.state !== 'failed') {
    const { release, configuration, judged_by: policy, replaces } = candidate;
    return (shown) => ({ ...shown, release, configuration, policy, replaces });
  }
  const run = await findRun(db, id);
  const stage = run.plan.stages[index];
  if (stage === undefined) throw new Error(`run ${id} has no stage ${index}`);
  const seen = await bindingSeen(db, run, stage);
  // Versions of secrets are decided when the run asks again; until then nothing is known to have changed.
  return (shown) => seen ?? shown;
}

/** The secrets that an environment names, or that what runs there was started with. */
export async function secretFacts(
  { secrets }: Places,
  { key, environment, running }: SecretsOf,
): Promise<SecretFacts> {
  const named =
    running === null
      ? referencesIn([
          ...Object.values(environment.shapes).map(({ env }) => env),
          environment.migrationEnv ?? {},
        ])
      : referencesIn(running.preparation.components.map(({ shape }) => shape.env));
  const unset = await Promise.all(
    named.map(async (text) => {
      const reference = parseSecretReference(text);
      if (reference === null) return [];
      const { current, named: standing } = await secrets.standing(key, reference);
      const isUsable = standing === 'usable' || (standing === 'unnamed' && current !== null);
      return isUsable ? [] : [secretName(reference)];
    }),
  );
  return { named: named.length, unset: [...new Set(unset.flat())] };
}

interface SecretsOf {
  readonly key: string;
  readonly environment: EnvironmentDefinition;
  /** Null: nothing of the release is prepared there. */
  readonly running: DeploymentRow | null;
}

/** Whether users who are on this release could go back. */
export function wayBackOf({ target, ready, reasons, hasEarlier }: RollbackChoice): WayBackFacts {
  return { isReady: ready, reasons, isFirst: target === null && !hasEarlier };
}

/** Whether users who are about to be on this release could go back to where they are. */
export async function wayBackFrom(
  { database: { db } }: Places,
  { integration, environment, id, replaces }: DeploymentRow,
): Promise<WayBackFacts> {
  if (replaces === null) return { isReady: false, reasons: ['nothing was live before'], isFirst: true };
  const noWay = await noWayBackTo(db, { integration, environment }, { from: id, to: replaces });
  const reason = noWay ?? `${replaces} has the users, and stays warm: one switch`;
  return { isReady: noWay === null, reasons: [reason], isFirst: false };
}
