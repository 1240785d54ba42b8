import { sdkFindings } from './agent-sdks.ts';
import type { ComposeService } from './compose.ts';
import { toolFindings } from './delivery.ts';
import type { Dockerfile } from './dockerfile.ts';
import { documentFindings } from './documentation.ts';
import type { Finding, Found, FindingKind } from './finding.ts';
import { type FoundSuite, languageNames, type Package } from './package.ts';
import type { SourceFacts } from './sources.ts';
import type { Survey } from './survey.ts';

/** What a survey found, as it is told: what, where, how sure. In the order of `findingKinds`. */
export function findingsOf(found: Survey): readonly Finding[] {
  return [
    ...found.packages.map(packageFinding),
    ...once(found.packages.flatMap(sdkFindings)),
    ...[...found.sources.values()].flatMap(({ models }) => models.map((each) => of('agent', each, 'model'))),
    ...found.agent.prompts.map((each) => of('agent', each, 'prompts')),
    ...found.agent.tools.map((each) => of('agent', each, 'definitions of tools')),
    ...[...found.sources.values()].flatMap(toolFindingsIn),
    ...found.services.map(serviceFinding),
    ...found.dockerfiles.map(dockerfileFinding),
    ...found.packages.flatMap(({ start }) => (start === null ? [] : [of('start', start, 'started with')])),
    ...found.processes.map(({ name, start }) => of('start', start, `process ${name}:`)),
    ...found.packages.flatMap(({ suites }) => suites.map(suiteFinding)),
    ...[...found.sources.values()].flatMap(healthFindings),
    ...variableFindings(found),
    ...toolFindings('delivery', found.ci),
    ...toolFindings('infrastructure', found.infrastructure),
    ...documentFindings(found.documents),
    ...found.owners.map((each) => of('people', each, 'owner')),
  ];
}

/** Python names its dependencies in several files. */
function once(findings: readonly Finding[]): readonly Finding[] {
  return [...new Map(findings.toReversed().map((each) => [each.what, each])).values()].reverse();
}

function packageFinding({ language, name, manager, manifest, folder }: Package): Finding {
  const named = name === null ? `in \`${folder}\`` : `\`${name}\``;
  const tool = manager === 'go' || manager === 'cargo' ? '' : `, ${manager}`;
  return {
    kind: 'code',
    what: `${languageNames[language]} package ${named}${tool}`,
    at: manifest,
    sure: 'certain',
  };
}

/** One line for each file: a server of tools has many. */
function toolFindingsIn({ tools }: SourceFacts): readonly Finding[] {
  return [...Map.groupBy(tools, ({ at }) => at.path)].map(([path, all]) => ({
    kind: 'agent',
    what: `${all.length === 1 ? 'tool' : 'tools'} in code ${shortList(all.map(({ value }) => value))}`,
    at: { path, line: all[0]?.at.line ?? null },
    sure: 'likely',
  }));
}

function serviceFinding({ name, at, image, build, port, health }: ComposeService): Finding {
  const of = build === null ? ` of image \`${image ?? '?'}\`` : '';
  const listens = port === null ? '' : `, port ${port}`;
  const asked = health === null ? '' : `, health check \`${health}\``;
  return { kind: 'container', what: `service \`${name}\`${of}${listens}${asked}`, at, sure: 'certain' };
}

function dockerfileFinding({ path, base, start, port }: Dockerfile): Finding {
  const starts = start === null ? '' : `, starts \`${start.value}\``;
  const listens = port === null ? '' : `, port ${port.value}`;
  return {
    kind: 'container',
    what: `image on \`${base.value}\`${starts}${listens}`,
    at: { path, line: start?.at.line ?? base.at.line },
    sure: 'certain',
  };
}

function suiteFinding({ kind, run: { at, sure }, plain, report }: FoundSuite): Finding {
  const tests = kind === 'e2e' ? 'end-to-end tests' : `${kind} tests`;
  return { kind: 'test', what: `${tests} \`${plain}\`${report === null ? '' : ', JUnit XML'}`, at, sure };
}

function healthFindings({ portVariable, port, ready, live }: SourceFacts): readonly Finding[] {
  return [
    ...(portVariable === null ? [] : [of('health', portVariable, 'takes its port from')]),
    ...(portVariable === null && port !== null ? [of('health', port, 'listens on port')] : []),
    ...(ready === null ? [] : [of('health', ready, 'says that it is ready at')]),
    ...(live === null ? [] : [of('health', live, 'says that it is alive at')]),
  ];
}

/** One line for each file: a list of every variable would bury the rest. */
function variableFindings({ variables }: Survey): readonly Finding[] {
  return [...Map.groupBy(variables, ({ at }) => at.path)].map(([path, all]) => ({
    kind: 'configuration',
    what: `${all.length === 1 ? '1 variable' : `${all.length} variables`}: ${shortList(all.map(({ name }) => name))}`,
    at: { path, line: null },
    sure: 'certain',
  }));
}

function shortList(names: readonly string[]): string {
  const shown = names
    .slice(0, 3)
    .map((name) => `\`${name}\``)
    .join(', ');
  return names.length > 3 ? `${shown} and ${names.length - 3} more` : shown;
}

function of(kind: FindingKind, { value, at, sure }: Found<string | number>, before: string): Finding {
  return { kind, what: `${before} \`${value}\``, at, sure };
}
