import type { PlaceDrift } from '../checklist/checklist.ts';
import type { EnvironmentDefinition, IntegrationDefinition } from '../definition/integration.ts';
import type { EnvironmentSeen, FoundDrift, LiveSeen } from './facts.ts';

/** The statement that each kind of drift contradicts. */
const statements: Readonly<Record<PlaceDrift['kind'], (environment: string) => string>> = {
  deployment: (environment) => `environments.place.${environment}`,
  edge: (environment) => `environments.place.${environment}`,
  replicas: (environment) => `environments.replicas.${environment}`,
  artifact: (environment) => `environments.release.${environment}`,
  configuration: (environment) => `configuration.live.${environment}`,
};

/** What is seen of environments that contradicts what the document says was decided, by statement. */
export function observedDrift(
  { environments }: Pick<IntegrationDefinition, 'environments'>,
  seen: readonly EnvironmentSeen[],
): readonly FoundDrift[] {
  return seen.flatMap((each) => {
    const { environment, live, at, drift } = each;
    if (live === null) return [];
    const definition = environments.find(({ name }) => name === environment);
    const found = [
      ...drift.map(({ kind, observed }) => ({
        // What nobody decides any more has no statement of its own left: that it is live is always said.
        statement: definition === undefined ? liveStatement(environment) : statements[kind](environment),
        observed,
      })),
      ...(definition === undefined ? [] : notReleased(definition, live)),
    ];
    return [...Map.groupBy(found, ({ statement }) => statement)].map(([statement, group]) => ({
      statement,
      drift: {
        observed: `In ${live.deployment}: ${group.map(({ observed }) => observed).join('; ')}.`,
        at,
        evidence: live.evidence,
      },
    }));
  });
}

/** What the files that the document speaks of decide otherwise than the deployment that is live was made. */
function notReleased({ name, shapes }: EnvironmentDefinition, { replicas }: LiveSeen) {
  const others = Object.entries(replicas).flatMap(([component, { decided }]) => {
    const wanted = shapes[component]?.replicas;
    return wanted === undefined || wanted === decided
      ? []
      : [`${component} was deployed with ${decided}, not ${wanted}`];
  });
  return others.map((observed) => ({ statement: statements.replicas(name), observed }));
}

/** Id of the statement that every environment has which was seen, also one that the definition no longer names. */
export function liveStatement(environment: string): string {
  return `environments.live.${environment}`;
}
