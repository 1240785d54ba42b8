import { environmentIn } from '../definition/environment-in.ts';
import { count, milliseconds, percent } from '../texts/figures.ts';
import type {
  EnvironmentDefinition,
  IntegrationDefinition,
  PerformanceTest,
  WatchPolicy,
} from '../definition/integration.ts';
import type { Stage } from '../pipeline/plan.ts';
import type { Words } from './document.ts';
import type { DocumentFacts } from './facts.ts';
import { fromSpec, writtenAt } from './sources.ts';
import type { StatementSource } from './statement.ts';
import { code, listed, words } from './words.ts';

/** What a stage of the pipeline does, in a sentence of its own. */
export function stageWords(definition: IntegrationDefinition, stage: Stage): Words {
  const environment = stage.environment === null ? null : environmentIn(definition, stage.environment);
  const where = environment === null ? [] : words` in ${environment.name}`;
  switch (stage.kind) {
    case 'checkout':
      return words`${code('checkout')}: the files of the commit are taken from Deployer's own clone, into a folder of this run.`;
    case 'build':
      return words`${code('build')}: each component is built, once: ${listed(definition.components.map(({ name }) => code(name)))}.`;
    case 'package':
      return words`${code('package')}: what was built becomes one artifact per component, addressed by its digest, and the release. Nothing is built again after this.`;
    case 'setup':
      return words`${code('setup')}: what the tests need is installed with ${code(definition.setup?.run ?? '')}.`;
    case 'suite':
      return words`${code(stage.name)}${where}: ${code(definition.suites[stage.suite ?? stage.name]?.run ?? '')} has to pass${environment === null ? ', before there is any deployment' : ', against the new deployment at its preview'}.`;
    case 'performance':
      return performanceWords(definition.performance, where);
    case 'approval':
      return approvalWords(environment);
    case 'residents':
      return words`${code('residents')}${where}: what exists once per environment is brought to this release.`;
    case 'migrate':
      return words`${code('migrate')}${where}: ${code(definition.migrations?.run ?? '')} changes the data, once for each content, before anything of the release starts.`;
    case 'prepare':
      return words`${code('prepare')}${where}: the new deployment starts beside what serves users, which notice nothing.`;
    case 'verify':
      return words`${code('verify')}${where}: every replica of it is ready, and it answers at its preview.`;
    case 'checklist':
      return words`${code('checklist')}${where}: ${listed((environment?.policy.requires ?? []).map((item) => code(item)))} of the checklist must be met.`;
    case 'switch':
      return words`${code('switch')}${where}: users are moved to it at once; requests that are open end where they began.`;
    case 'rollback-rehearsal':
      return words`${code('rollback-rehearsal')}${where}: going back is done for real, there and forward again, and has to work.`;
    case 'watch':
      return watchWords(environment?.policy.watch ?? null, where);
    case 'uat':
      return uatWords(environment);
  }
}

function performanceWords(test: PerformanceTest | null, where: Words): Words {
  if (test === null) return words`${code('performance')}${where}: the new deployment is loaded.`;
  const { load, limits } = test;
  const said = [
    ...(limits.p95Ms === null ? [] : [`the 95th percentile is at most ${milliseconds(limits.p95Ms)}`]),
    ...(limits.errorRate === null ? [] : [`at most ${percent(limits.errorRate)} fail`]),
    ...(limits.p95VsStable === null
      ? []
      : [`the 95th percentile is at most ${limits.p95VsStable} times that of what is live`]),
  ];
  const limit = said.length === 0 ? words`; no limit is set` : words`; ${listed(said)}`;
  return words`${code('performance')}${where}: ${code(load.path)} is requested ${load.rate} times a second for ${load.durationSeconds} s${limit}.`;
}

function approvalWords(environment: EnvironmentDefinition | null): Words {
  const policy = environment?.policy.approval;
  if (environment === null || policy === null || policy === undefined) return words`${code('approval')}.`;
  const people = policy.approvers.length === 0 ? words`nobody` : listed(policy.approvers);
  return words`${code('approval')} in ${environment.name}: ${count(policy.count, 'approval')} by ${people}, for exactly the content that is shown.`;
}

function watchWords(watch: WatchPolicy | null, where: Words): Words {
  if (watch === null) return words`${code('watch')}${where}.`;
  const limits = [
    ...(watch.errorRate === null ? [] : [`at most ${percent(watch.errorRate)} fail`]),
    ...(watch.p95Ms === null ? [] : [`the 95th percentile is at most ${milliseconds(watch.p95Ms)}`]),
  ];
  const limit = limits.length === 0 ? words`no limit is set` : listed(limits);
  return words`${code('watch')}${where}: for ${watch.seconds} s, over at least ${count(watch.minRequests, 'request')}, ${limit}; otherwise users are moved back by themselves.`;
}

function uatWords(environment: EnvironmentDefinition | null): Words {
  const uat = environment?.policy.uat;
  if (environment === null || uat === null || uat === undefined) return words`${code('uat')}.`;
  const testers =
    uat.testers.length === 0 ? words`anyone but the author and whoever shipped it` : listed(uat.testers);
  const scenarios =
    uat.scenarios.length === 0 ? [] : words` Scenarios: ${listed(uat.scenarios.map((each) => [each]))}.`;
  return words`${code('uat')} in ${environment.name}: signed by ${testers}.${scenarios}`;
}

const always = 'it is part of every run';

/** Where a stage of the pipeline is decided. */
export function stageSource(
  facts: DocumentFacts,
  { kind, name, environment, suite }: Stage,
): StatementSource {
  const at = `environments.${environment ?? ''}`;
  switch (kind) {
    case 'suite':
    case 'performance':
      return environment === null
        ? fromSpec(facts, ['build.gates'], { because: `a suite named ${suite ?? name} exists` })
        : writtenAt(`${at}.gates`);
    case 'rollback-rehearsal':
      return writtenAt(`${at}.gates`);
    case 'approval':
      return writtenAt(`${at}.approval`);
    case 'uat':
      return fromSpec(facts, [`${at}.uat`, `${at}.gates`], { because: always });
    case 'watch':
      return writtenAt(`${at}.watch`);
    case 'setup':
      return writtenAt('tests.setup');
    case 'checklist':
      return writtenAt(`${at}.requires`);
    case 'migrate':
      return writtenAt('migrations');
    case 'build':
    case 'residents':
      return writtenAt('components');
    case 'checkout':
    case 'package':
    case 'prepare':
    case 'verify':
    case 'switch':
      return { kind: 'assumed', because: always, question: null };
  }
}
