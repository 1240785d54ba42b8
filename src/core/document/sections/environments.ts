import { bytes, count } from '../../texts/figures.ts';
import type { Component, EnvironmentDefinition } from '../../definition/integration.ts';
import { parityOf } from '../../definition/parity.ts';
import { heading, list, type Saying, sayingOf, settledIn, table } from '../blocks.ts';
import type { Block, DocumentRow, Words } from '../document.ts';
import type { DocumentFacts, EnvironmentSeen } from '../facts.ts';
import { liveStatement } from '../observed-drift.ts';
import { fromSpec, observed, shapePaths, writtenAt } from '../sources.ts';
import type { Statement } from '../statement.ts';
import { code, listed, timeText, words } from '../words.ts';

const places: Readonly<Record<EnvironmentDefinition['target'], string>> = {
  process: 'as processes that Deployer supervises on one machine',
  docker: 'as containers of a Docker daemon',
  kubernetes: 'as workloads of a cluster namespace',
};

/** 1 Deployment Environment Setup */
export function environmentsSection(facts: DocumentFacts): readonly Block[] {
  const say = sayingOf('environments', facts);
  return [
    ...table(
      'What runs where',
      ['Environment', 'Deployment', 'Version', 'Address', 'Since'],
      facts.environments.map((seen) => liveRow(say, seen)),
    ),
    ...facts.definition.environments.flatMap((environment) => [
      heading(environment.name),
      ...list(environmentStatements(facts, environment, say)),
    ]),
    ...settledIn('environments', facts),
  ];
}

function liveRow(say: Saying, { environment, live, url, at }: EnvironmentSeen): DocumentRow {
  const address = url === null ? [] : [code(url)];
  const cells =
    live === null
      ? [['nothing has been deployed'], [], address, []]
      : [[code(live.deployment)], [live.version], address, [timeText(live.since)]];
  return say.row(liveStatement(environment), [[environment], ...cells], observed(at, live?.evidence ?? null));
}

function environmentStatements(
  facts: DocumentFacts,
  environment: EnvironmentDefinition,
  say: Saying,
): readonly Statement[] {
  const { name, isLast, policy } = environment;
  const users = isLast
    ? policy.users === 'internal'
      ? 'serves internal users only'
      : 'serves end users'
    : 'is passed on the way to the last environment, before any end user has the release';
  return [
    say.statement(
      `environments.place.${name}`,
      words`It runs ${places[environment.target]}, and ${users}.`,
      fromSpec(facts, shapePaths(environment, 'target'), {
        because: 'it needs nothing but this machine',
        ...(isLast ? { question: 'infrastructure.place' } : {}),
      }),
    ),
    say.statement(
      `environments.replicas.${name}`,
      replicasText(facts.definition.components, environment),
      fromSpec(facts, shapePaths(environment, 'replicas'), {
        because: 'one replica is what an environment has that asks for no other number',
        ...(isLast ? { question: 'environments.replicas' } : {}),
      }),
    ),
    say.statement(
      `environments.resources.${name}`,
      resourcesText(environment),
      fromSpec(facts, resourcePaths(facts.definition.components, environment), {
        because: 'no limit is applied that nobody has set',
      }),
    ),
    ...parityStatements(facts, environment, say),
    ...seenStatements(facts, name, say),
  ];
}

function replicasText(components: readonly Component[], { shapes }: EnvironmentDefinition): Words {
  const groups = Map.groupBy(components, ({ name }) => shapes[name]?.replicas ?? 1);
  const [only] = groups.keys();
  if (groups.size <= 1) return words`Every component has ${count(only ?? 1, 'replica')}.`;
  const parts = [...groups].map(
    ([replicas, group]) =>
      words`${listed(group.map(({ name }) => code(name)))} ${group.length === 1 ? 'has' : 'have'} ${count(replicas, 'replica')}`,
  );
  return words`${listed(parts)}.`;
}

function resourcesText({ shapes }: EnvironmentDefinition): Words {
  const limits = Object.entries(shapes).flatMap(([name, { resources }]) => {
    const { cpuMillis, memoryBytes } = resources;
    if (cpuMillis === null && memoryBytes === null) return [];
    const cpu = cpuMillis === null ? 'any processor time' : `${cpuMillis / 1000} of a core`;
    const memory = memoryBytes === null ? 'any memory' : `${bytes(memoryBytes)} of memory`;
    return [words`${code(name)} ${cpu} and ${memory}`];
  });
  if (limits.length === 0) return words`No component is limited in processor time or memory.`;
  return words`Each replica may use at most: ${listed(limits)}.`;
}

function resourcePaths(
  components: readonly Component[],
  environment: EnvironmentDefinition,
): readonly [string, ...string[]] {
  const [own, ...mirrored] = shapePaths(environment, 'resources');
  return [own, ...mirrored, ...components.map(({ name }) => `components.${name}.resources`)];
}

function parityStatements(
  facts: DocumentFacts,
  { name, mirrors }: EnvironmentDefinition,
  say: Saying,
): readonly Statement[] {
  const differences = parityOf(facts.definition).filter(({ path }) =>
    path.startsWith(`environments.${name}.`),
  );
  const same =
    mirrors === null
      ? []
      : [
          say.statement(
            `environments.mirrors.${name}`,
            words`It has the shape of ${mirrors}, so that what is tested here holds there.`,
            writtenAt(`environments.${name}.mirrors`),
          ),
        ];
  return [
    ...same,
    ...differences.map(({ path, reason }) =>
      say.statement(
        `environments.parity.${path}`,
        words`Differs at ${code(path)}: ${reason}.`,
        writtenAt(`environments.${name}`),
      ),
    ),
  ];
}

function seenStatements(facts: DocumentFacts, name: string, say: Saying): readonly Statement[] {
  const seen = facts.environments.find(({ environment }) => environment === name);
  if (seen === undefined) return [];
  const { frozen, host, live, at } = seen;
  return [
    ...(live === null
      ? []
      : [
          say.statement(
            `environments.release.${name}`,
            words`${code(live.deployment)} is the release ${live.version} (${code(live.release)}) of the commit ${code(live.commit)}.`,
            observed(at, live.evidence),
          ),
        ]),
    ...(host === null
      ? []
      : [say.statement(`environments.host.${name}`, words`It is on the host ${host}.`, observed(at))]),
    ...(frozen === null
      ? []
      : [
          say.statement(
            `environments.frozen.${name}`,
            words`It is frozen by ${frozen.by}, ${frozen.until === null ? 'until somebody ends that' : `until ${timeText(frozen.until)}`}: ${frozen.reason}.`,
            observed(at),
          ),
        ]),
  ];
}
