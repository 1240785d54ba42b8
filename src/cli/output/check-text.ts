import type { IntegrationDefinition } from '../../core/definition/integration.ts';
import type { ParityLine } from '../../core/definition/parity.ts';
import type { PlanLine } from '../../core/pipeline/plan.ts';
import type { Problem } from '../../core/definition/problem.ts';
import { type Change, changeLines } from './changes-text.ts';
import { columns } from './columns.ts';
import { hintText } from './error-text.ts';
import { problemCount, problemText } from './problem-text.ts';
import type { Style } from './style.ts';

/** `check --json` (contract section 4). */
export interface CheckReport {
  readonly ok: boolean;
  readonly problems: readonly Problem[];
  readonly plan: readonly PlanLine[];
  /** Where a ship is judged by another policy than this definition brings. */
  readonly policy: readonly PolicyLine[];
  readonly parity: readonly ParityLine[];
  readonly rollback: readonly {
    readonly environment: string;
    /** Null: it cannot be told, and `reasons` says why. */
    readonly ready: boolean | null;
    readonly reasons: readonly string[];
    readonly to: string | null;
    readonly version: string | null;
    /** What a ship of these files would do to the way back; null: nothing that a switch does not. */
    readonly ahead: string | null;
  }[];
  /** Names of secrets for which a ship would be refused; null: no server runs that could tell. */
  readonly unsetSecrets: readonly string[] | null;
}

export interface PolicyLine {
  readonly environment: string;
  /** The stable deployment whose policy is in force. */
  readonly from: string;
  /** What becomes other once a release of this definition is stable there. */
  readonly changes: readonly Change[];
  /** Gates in force that the definition has no test for: it would not be shipped. */
  readonly missing: readonly string[];
  /** Environments through which releases have to come here, and that the definition leaves out: as `missing`. */
  readonly leftOut: readonly string[];
}

export interface CheckView {
  /** Text of the file that was checked. */
  readonly source: string;
  readonly style: Style;
  readonly width: number;
}

export function checkText(
  report: CheckReport,
  definition: IntegrationDefinition | null,
  view: CheckView,
): string {
  const { style } = view;
  const blocks = report.problems.map((problem) => problemText(problem, view.source, style));
  if (definition === null) {
    return [...blocks, `${style.bad('✗')} ${problemCount(report.problems)}`].join('\n\n');
  }
  const count = report.problems.length === 0 ? '' : style.dim(`, ${problemCount(report.problems)}`);
  return [
    ...blocks,
    `${style.good('✓')} ${definition.emoji} ${style.bold(definition.name)} is valid${count}`,
    ...secretsText(report.unsetSecrets ?? [], view),
    section('A ship does', planText(report.plan, view), style),
    ...(report.policy.length === 0
      ? []
      : [section('Judged by the policy in force', policyText(report.policy, view), style)]),
    ...(report.parity.length === 0
      ? []
      : [section('Environments differ', parityText(report.parity, view), style)]),
    section('Going back', rollbackText(report.rollback, view), style),
  ].join('\n\n');
}

/** The files are as they should be, and yet it would not be shipped. */
function secretsText(unset: readonly string[], { style }: CheckView): readonly string[] {
  if (unset.length === 0) return [];
  const lines = unset.flatMap((name) => [
    `  ${style.bad('✗')} secret ${name} is not set, or revoked`,
    hintText(`deployer secret set ${name.replace(/@.*$/, '')}`, style),
  ]);
  return [section('A ship would be refused', lines, style)];
}

function section(title: string, lines: readonly string[], style: Style): string {
  return [style.bold(title), ...lines].join('\n');
}

/** One row per environment: its stages in order, those that decide standing out from those that only work. */
function planText(plan: readonly PlanLine[], { style, width }: CheckView): readonly string[] {
  const rows = [...Map.groupBy(plan, ({ environment }) => environment ?? 'commit')].map(([name, lines]) => [
    name,
    lines.map((line) => stageWord(line, style)).join('  '),
  ]);
  return columns(rows, { width });
}

function stageWord({ stage, gates }: PlanLine, style: Style): string {
  if (isHuman(stage)) return style.attention(stage);
  return gates.length > 0 ? stage : style.dim(stage);
}

function isHuman(stage: string): boolean {
  return stage === 'approval' || stage === 'uat';
}

function policyText(policy: readonly PolicyLine[], { style, width }: CheckView): readonly string[] {
  return policy.flatMap(({ environment, from, changes, missing, leftOut }) => [
    `  ${environment}  ${style.dim(`as ${from} brought it; once this is live there:`)}`,
    ...changeLines(changes, style, width).map((line) => `  ${line}`),
    ...missing.map(
      (gate) =>
        `    ${style.bad('✗')} \`${gate}\` is required, and there is no such test: it would not be shipped`,
    ),
    ...leftOut.map(
      (name) =>
        `    ${style.bad('✗')} releases come here by way of ${name}, which is left out: it would not be shipped`,
    ),
  ]);
}

function parityText(parity: readonly ParityLine[], { style, width }: CheckView): readonly string[] {
  const rows = parity.map(({ path, reason }) => [path.replace(/^environments\./, ''), style.dim(reason)]);
  return columns(rows, { width });
}

function rollbackText(rollback: CheckReport['rollback'], { style, width }: CheckView): readonly string[] {
  const rows = rollback.map(({ environment, ready, reasons, to, version, ahead }) => {
    const after = ahead === null ? '' : `; ${ahead}`;
    if (ready === true)
      return [environment, `${style.good('ready')} ${style.dim(`to ${to} (${version})${after}`)}`];
    const sign = ready === null ? style.dim('unknown') : style.attention('not ready');
    return [environment, `${sign} ${style.dim(reasons.join('; ') + after)}`];
  });
  return columns(rows, { width });
}
