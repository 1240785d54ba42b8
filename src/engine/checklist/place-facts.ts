import type {
  DecisionFacts,
  DeploymentOfRelease,
  SecretFacts,
  WayBackFacts,
} from '../../core/checklist/facts.ts';
import { componentInputs } from '../../core/component-inputs.ts';
import type { EnvironmentDefinition } from '../../core/integration.ts';
import { parseSecretReference, referencesIn, secretName } from '../../core/secret-reference.ts';
import { digestOf } from '../../lib/canonical-json.ts';
import type { DeploymentRow } from '../../store/deployments.ts';
import { iso } from '../../store/json.ts';
import { decisionsAt, type ReleaseStageRow } from '../../store/of-release.ts';
import { chooseRollback } from '../acts/rollback.ts';
import { noWayBackTo } from '../going-back/way-back.ts';
import type { Places } from '../parts.ts';

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

const decided = new Set(['approve', 'reject', 'uat-pass', 'uat-fail'] as const);

/** Decisions at the newest approval and UAT of a release in an environment. */
export async function decisionFacts(
  { database: { db } }: Places,
  rows: readonly ReleaseStageRow[],
  environment: string,
): Promise<readonly DecisionFacts[]> {
  const gates = rows.filter(
    ({ kind, environment: at }) => at === environment && (kind === 'approval' || kind === 'uat'),
  );
  return (await decisionsAt(db, gates)).flatMap(
    ({ kind, run, identity, at, parts }): readonly DecisionFacts[] => {
      if (!isDecided(kind)) return [];
      const { release = null, configuration = null } = parts ?? {};
      return [{ kind, run, identity, at: iso(at), release, configuration }];
    },
  );
}

function isDecided(kind: string): kind is DecisionFacts['kind'] {
  return (decided as ReadonlySet<string>).has(kind);
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
export async function wayBackNow(
  places: Places,
  ref: { readonly integration: string; readonly environment: string },
): Promise<WayBackFacts> {
  const { target, ready, reasons, hasEarlier } = await chooseRollback(places, { ...ref, to: null });
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
