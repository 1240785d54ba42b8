import type { Component, EnvironmentDefinition } from '../../definition/integration.ts';
import { parseSecretReference } from '../../secrets/secret-reference.ts';
import { list, type Saying, sayingOf, settledIn, table } from '../blocks.ts';
import type { Block, DocumentRow } from '../document.ts';
import type { DocumentFacts } from '../facts.ts';
import { observed, writtenAt } from '../sources.ts';
import type { Statement } from '../statement.ts';
import { code, listed, words } from '../words.ts';

/** 4 Configuration Management */
export function configurationSection(facts: DocumentFacts): readonly Block[] {
  const say = sayingOf('configuration', facts);
  const { components, environments } = facts.definition;
  return [
    ...list(ruleStatements(facts, say)),
    ...table(
      'Variables, by name',
      ['Variable', 'Component', 'Environments', 'Kind'],
      components.flatMap((component) => variableRows(component, environments, say)),
    ),
    ...table(
      'Secrets, by reference',
      ['Secret', 'Variable', 'Component', 'Environments'],
      components.flatMap((component) => secretRows(component, environments, say)),
    ),
    ...settledIn('configuration', facts),
  ];
}

function ruleStatements({ environments, definition }: DocumentFacts, say: Saying): readonly Statement[] {
  const rule = { kind: 'assumed', because: 'it holds for every release', question: null } as const;
  const identity = identityParts(definition.agent);
  return [
    say.statement(
      'configuration.frozen',
      words`The configuration of an environment is its section of ${code('deployer.yaml')} at the release's commit, fully merged. It is frozen and digested before approval is asked, and comes back whole with a rollback.`,
      rule,
    ),
    say.statement(
      'configuration.secrets',
      words`Secrets stand in the configuration as references with a version, never as values; no value is in a release, a record, a log or this document.`,
      rule,
    ),
    ...(identity.length === 0
      ? []
      : [
          say.statement(
            'configuration.agent',
            words`What makes the agent the one it is belongs to the release's content: ${listed(identity)}.`,
            writtenAt('agent'),
          ),
        ]),
    ...environments.flatMap(({ environment, live, at }) =>
      live === null
        ? []
        : [
            say.statement(
              `configuration.live.${environment}`,
              words`${environment} runs with the configuration ${code(live.configuration)}.`,
              observed(at, live.evidence),
            ),
          ],
    ),
  ];
}

function identityParts(agent: DocumentFacts['definition']['agent']): readonly (readonly [string])[] {
  if (agent === null) return [];
  const { prompts, tools, mappings, schemas, state } = agent;
  const globs = { prompts, tools, mappings, schemas };
  return [
    ...Object.entries(globs).flatMap(([name, files]) =>
      files.length === 0 ? [] : [[`${name} (${files.join(', ')})`] as const],
    ),
    ...(state === null
      ? []
      : [[`the schema of its state (writes ${state.writes}, reads ${state.reads.join(', ')})`] as const]),
  ];
}

type Environments = readonly EnvironmentDefinition[];

function variableRows({ name }: Component, environments: Environments, say: Saying): readonly DocumentRow[] {
  return [...usesOf(name, environments)].flatMap(([variable, uses]) => {
    const plain = uses.filter(({ value }) => parseSecretReference(value) === null);
    if (plain.length === 0) return [];
    const isSame = new Set(plain.map(({ value }) => value)).size === 1;
    return [
      say.row(
        `configuration.variable.${name}.${variable}`,
        [
          [code(variable)],
          [code(name)],
          listed(plain.map(({ environment }) => environment)),
          [plain.length < 2 ? 'plain value' : isSame ? 'the same value in each' : 'values that differ'],
        ],
        writtenAt(`components.${name}.env`),
      ),
    ];
  });
}

function secretRows({ name }: Component, environments: Environments, say: Saying): readonly DocumentRow[] {
  return [...usesOf(name, environments)].flatMap(([variable, uses]) => {
    const bySecret = Map.groupBy(
      uses.filter(({ value }) => parseSecretReference(value) !== null),
      ({ value }) => value,
    );
    return [...bySecret].map(([reference, users]) =>
      say.row(
        `configuration.secret.${name}.${variable}.${reference}`,
        [
          [code(reference)],
          [code(variable)],
          [code(name)],
          listed(users.map(({ environment }) => environment)),
        ],
        writtenAt(`components.${name}.env`),
      ),
    );
  });
}

/** Of each variable of a component, its value in each environment. */
function usesOf(
  component: string,
  environments: Environments,
): ReadonlyMap<string, readonly { readonly environment: string; readonly value: string }[]> {
  const uses = environments.flatMap(({ name: environment, shapes }) =>
    Object.entries(shapes[component]?.env ?? {}).map(([variable, value]) => ({
      variable,
      environment,
      value,
    })),
  );
  return Map.groupBy(uses, ({ variable }) => variable);
}
