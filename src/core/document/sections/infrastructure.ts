import type { Component } from '../../definition/integration.ts';
import { isResident } from '../../residents/resident.ts';
import { architectureDiagram } from '../architecture-diagram.ts';
import { list, type Saying, sayingOf, settledIn, table } from '../blocks.ts';
import type { Block, DocumentRow, DocumentTable, Words } from '../document.ts';
import type { DocumentFacts } from '../facts.ts';
import { fromSpec, observed, writtenAt } from '../sources.ts';
import type { Statement } from '../statement.ts';
import { code, listed, words } from '../words.ts';

/** 3 Infrastructure: containers, cloud setup, orchestration tools */
export function infrastructureSection(facts: DocumentFacts): readonly Block[] {
  const { definition } = facts;
  const say = sayingOf('infrastructure', facts);
  return [
    { kind: 'diagram', diagram: architectureDiagram(definition) },
    ...table(
      'Components',
      ['Component', 'Role', 'Sources', 'Started with', 'Needs', 'Ready when'],
      definition.components.map((component) => componentRow(component, say)),
    ),
    ...list(placeStatements(facts, say)),
    ...artifactsTable(facts, say),
    ...settledIn('infrastructure', facts),
  ];
}

function componentRow(component: Component, say: Saying): DocumentRow {
  const { name, role, path, run, needs } = component;
  return say.row(
    `infrastructure.component.${name}`,
    [
      [code(name)],
      [role],
      [code(path)],
      [code(run)],
      listed(needs.map((need) => code(need))),
      readyWords(component),
    ],
    writtenAt(`components.${name}`),
  );
}

function readyWords({ port, health }: Component): Words {
  if (port !== null && health.ready !== null)
    return words`${code(`GET ${health.ready}`)} answers within ${health.seconds} s`;
  if (port !== null) return words`it accepts connections within ${health.seconds} s`;
  if (health.run !== null) return words`${code(health.run)} succeeds within ${health.seconds} s`;
  return words`it has run for ${health.seconds} s`;
}

function placeStatements(facts: DocumentFacts, say: Saying): readonly Statement[] {
  const { definition } = facts;
  const targets = [...new Set(definition.environments.map(({ target }) => target))];
  const images = definition.components.filter(({ dockerfile }) => dockerfile !== null);
  const residents = definition.components.filter(isResident);
  const front = definition.components.find(({ isPublic }) => isPublic);
  return [
    say.statement(
      'infrastructure.containers',
      targets.includes('docker') || targets.includes('kubernetes')
        ? words`Components run as containers of images that are addressed by digest.`
        : words`Components run as processes, not in containers: each from a bundle of files that is addressed by its digest.${images.length === 0 ? [] : words` There are Dockerfiles for ${listed(images.map(({ name }) => code(name)))}, which this target does not use.`}`,
      fromSpec(facts, targetPaths(definition), {
        because: 'a target that needs nothing but this machine is what an environment has that names none',
        question: 'infrastructure.place',
      }),
    ),
    say.statement(
      'infrastructure.orchestration',
      targets.some((target) => target !== 'process')
        ? words`The place starts, watches and replaces what runs; Deployer tells it what.`
        : words`Deployer's own supervisor starts each deployment in the order of its needs, watches its health, starts it again with growing pauses, and balances between replicas.`,
      { kind: 'assumed', because: 'it comes with the target', question: null },
    ),
    say.statement(
      'infrastructure.load-balancer',
      words`In front of each environment stands an edge of its own: it ends TLS, routes by a table that a switch replaces at once, and counts requests, errors and latency. Requests enter at ${code(front?.name ?? '')}.`,
      writtenAt(`components.${front?.name ?? ''}.public`),
    ),
    ...residents.map(({ name, role }) =>
      say.statement(
        `infrastructure.resident.${name}`,
        words`${code(name)} (${role}) exists once per environment and keeps its data; a switch or a rollback leaves it as it is.`,
        writtenAt(`components.${name}.scope`),
      ),
    ),
    ...modelStatement(facts, say),
  ];
}

function modelStatement({ definition: { agent } }: DocumentFacts, say: Saying): readonly Statement[] {
  if (agent === null || agent.model === null) return [];
  const { provider, id, parameters } = agent.model;
  const set = Object.entries(parameters).map(([name, value]) => [code(`${name}: ${JSON.stringify(value)}`)]);
  return [
    say.statement(
      'infrastructure.model',
      words`The model is ${code(id)} of ${provider}${set.length === 0 ? [] : words`, with ${listed(set)}`}. It is part of the release's content: another model is another release.`,
      writtenAt('agent.model'),
    ),
  ];
}

/** What runs, to the digest, and where. */
function artifactsTable({ environments }: DocumentFacts, say: Saying): readonly DocumentTable[] {
  const running = environments.flatMap(({ environment, live, at }) =>
    Object.entries(live?.artifacts ?? {}).map(([component, digest]) => ({
      component,
      digest,
      where: `${environment}${readyText(live?.replicas[component]?.ready ?? null)}`,
      source: observed(at, live?.evidence ?? null),
    })),
  );
  const rows = [...Map.groupBy(running, ({ component, digest }) => `${component} ${digest}`)].flatMap(
    ([id, [first, ...others]]) =>
      first === undefined
        ? []
        : [
            say.row(
              `infrastructure.artifact.${id}`,
              [
                [code(first.component)],
                [code(first.digest)],
                [[first, ...others].map(({ where }) => where).join(', ')],
              ],
              first.source,
            ),
          ],
  );
  return table('Artifacts that run', ['Component', 'Artifact', 'Where, with ready replicas'], rows);
}

function readyText(ready: number | null): string {
  return ready === null ? '' : ` (${ready})`;
}

function targetPaths({ environments }: DocumentFacts['definition']): readonly [string, ...string[]] {
  const last = environments.at(-1)?.name ?? '';
  return [`environments.${last}.target`, ...environments.map(({ name }) => `environments.${name}.target`)];
}
