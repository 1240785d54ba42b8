import { receiversIn, rulesIn } from '../../alerts/alert-rule.ts';
import { receiverNames } from '../../alerts/receiver.ts';
import { milliseconds, percent } from '../../texts/figures.ts';
import type { EnvironmentDefinition, WatchPolicy } from '../../definition/integration.ts';
import { isOneWay } from '../../releases/migration.ts';
import { alertStatement } from '../alert-drift.ts';
import { list, type Saying, sayingOf, settledIn, table } from '../blocks.ts';
import type { Block, DocumentRow } from '../document.ts';
import type { AlertsSeen, DocumentFacts, EnvironmentSeen } from '../facts.ts';
import { fromSpec, observed, writtenAt } from '../sources.ts';
import type { Statement, StatementSource } from '../statement.ts';
import { code, listed, words } from '../words.ts';

/** 5 Rollback Strategies & Monitoring */
export function rollbackSection(facts: DocumentFacts): readonly Block[] {
  const say = sayingOf('rollback', facts);
  const { environments } = facts.definition;
  return [
    ...list([
      ...environments.map((environment) => keepStatement(facts, environment, say)),
      ...migrationStatement(facts, say),
    ]),
    ...table(
      'Where a rollback would go now',
      ['Environment', 'To', 'Version', 'Ready', 'How'],
      facts.environments.map((seen) => wayBackRow(seen, say)),
    ),
    ...table(
      'What is watched after a switch',
      ['Environment', 'For', 'Requests', 'Errors', '95th percentile', 'Asked when there is no traffic'],
      environments.map((environment) => watchRow(facts, environment, say)),
    ),
    ...table('Alerts', ['Environment', 'Rule', 'Who is told'], decidedAlertRows(facts, say)),
    ...table(
      'How alerts stand',
      ['Environment', 'Rule', 'State', 'What was seen'],
      facts.alerts.flatMap((alerts) => alertRows(facts, alerts, say)),
    ).map((each) => ({ ...each, isMoving: true })),
    ...settledIn('rollback', facts),
  ];
}

/** What an alert is about, as a rule is read. */
const metrics: Readonly<Record<string, (limit: number) => string>> = {
  errorRate: (limit) => `more than ${percent(limit)} of requests fail`,
  p95Ms: (limit) => `the 95th percentile exceeds ${milliseconds(limit)}`,
  cpu: (limit) => `a replica uses more than ${percent(limit)} of its processor time`,
  memory: (limit) => `a replica uses more than ${percent(limit)} of its memory`,
  restarts: (limit) => `a replica starts more than ${limit} times again`,
};

/** What was decided; how it stands changes by itself, and is a table of its own. */
function decidedAlertRows(
  { definition: { monitoring, environments } }: DocumentFacts,
  say: Saying,
): readonly DocumentRow[] {
  if (monitoring === undefined) return [];
  return environments.flatMap(({ name }) => {
    const receivers = receiverNames(receiversIn(monitoring, name));
    const told = receivers.length === 0 ? words`nobody` : listed(receivers.map((receiver) => code(receiver)));
    return rulesIn(monitoring, name).map(({ metric, limit }) =>
      say.row(
        alertStatement(name, metric),
        [[name], [ruleText(metric, limit)], told],
        writtenAt(`monitoring.alerts.${metric}`),
      ),
    );
  });
}

function alertRows(
  { environments }: DocumentFacts,
  { environment, rules }: AlertsSeen,
  say: Saying,
): readonly DocumentRow[] {
  const now = environments.find((seen) => seen.environment === environment)?.at;
  if (now === undefined) return [];
  return rules.map(({ metric, limit, state, reason, at }) =>
    say.row(
      `rollback.alert-state.${environment}.${metric}`,
      [[environment], [ruleText(metric, limit)], [state], [reason]],
      observed(at ?? now),
    ),
  );
}

function ruleText(metric: string, limit: number): string {
  return metrics[metric]?.(limit) ?? `${metric} above ${limit}`;
}

function keepStatement(facts: DocumentFacts, environment: EnvironmentDefinition, say: Saying): Statement {
  const { name, strategy, policy } = environment;
  return say.statement(
    `rollback.keep.${name}`,
    words`${name} is changed by ${strategy}: what served users before stays warm for ${longer(policy.keepPreviousMs)}, and ${code(`deployer rollback ${name}`)} moves users back to exactly that: code, prompts, model, configuration and versions of secrets.`,
    fromSpec(facts, [`environments.${name}.keepPrevious`], {
      because: environment.isLast
        ? 'an hour is long enough to notice what a watch does not'
        : 'ten minutes are enough where no end user is',
      ...(environment.isLast ? { question: 'rollback.keep' } : {}),
    }),
  );
}

/** `90 s`, `15 min`, `1 h` */
function longer(ms: number): string {
  const hours = ms / 3_600_000;
  if (hours >= 1 && Number.isInteger(hours * 2)) return `${hours} h`;
  return ms >= 120_000 ? `${Math.round(ms / 60_000)} min` : `${Math.round(ms / 1000)} s`;
}

function migrationStatement(
  { definition: { migrations } }: DocumentFacts,
  say: Saying,
): readonly Statement[] {
  if (migrations === undefined) return [];
  const { kind, run } = migrations;
  const after = isOneWay(kind)
    ? words`after it there is no way back: a bad watch freezes the environment and tells people, instead of going back`
    : words`what was live before can live with it, so a rollback stays possible`;
  return [
    say.statement(
      'rollback.migration',
      words`The migration ${code(run)} is ${code(kind)}: ${after}.`,
      writtenAt('migrations.kind'),
    ),
  ];
}

function wayBackRow({ environment, wayBack, at }: EnvironmentSeen, say: Saying): DocumentRow {
  const cells =
    wayBack === null
      ? [['nothing'], [], ['no'], ['nothing that was live before is left to go back to']]
      : [
          [code(wayBack.deployment)],
          [wayBack.version],
          [wayBack.isReady ? 'yes' : 'no'],
          listed(wayBack.reasons.map((reason) => [reason])),
        ];
  return say.row(`rollback.way-back.${environment}`, [[environment], ...cells], observed(at));
}

function watchRow(facts: DocumentFacts, environment: EnvironmentDefinition, say: Saying): DocumentRow {
  const { name, policy } = environment;
  const { watch } = policy;
  const cells = watch === null ? [['not watched'], [], [], [], []] : watchCells(watch);
  return say.row(`rollback.watch.${name}`, [[name], ...cells], watchSource(facts, environment));
}

function watchCells({ seconds, minRequests, errorRate, p95Ms, probePath }: WatchPolicy) {
  return [
    [`${seconds} s`],
    [`at least ${minRequests}`],
    [errorRate === null ? 'no limit' : `at most ${percent(errorRate)}`],
    [p95Ms === null ? 'no limit' : `at most ${milliseconds(p95Ms)}`],
    [code(`GET ${probePath}`)],
  ];
}

function watchSource(facts: DocumentFacts, { name, isLast }: EnvironmentDefinition): StatementSource {
  return fromSpec(facts, [`environments.${name}.watch`], {
    because: 'nothing is watched that nobody has set limits for',
    ...(isLast ? { question: 'rollback.watch' } : {}),
  });
}
