import type { Context } from '../context.ts';
import { machineChecks } from '../doctor/machine-checks.ts';
import { type ServerHealth, serverHealth } from '../doctor/server-checks.ts';
import { exitCode } from '../exit-code.ts';
import { columns } from '../output/columns.ts';
import { hintText } from '../output/error-text.ts';
import { wrapLines } from '../output/wrap.ts';
import type { HealthCheck } from '../server-verbs.ts';
import { defineVerb, type Verb } from '../verb.ts';

export const doctor: Verb = defineVerb({
  name: 'doctor',
  group: 'Run',
  summary: 'see whether this machine, the server and what is deployed are well',
  about: 'Starts nothing. Exit code 1 when something is not well; each such line says what to do.',
  arguments: {},
  options: {},
  examples: [['deployer doctor', '']],
  async run(context) {
    const { home, signal, isJson, terminal } = context;
    const inspected = await (await context.serverVerbs()).inspect({ home, signal });
    const health = await serverHealth(context, inspected.length > 0);
    const checks = [...(await machineChecks(context)), ...health.checks, ...inspected];
    terminal.out.line(
      isJson ? JSON.stringify(reportOf(context, health, checks)) : checksText(context, checks),
    );
    return checks.every(({ ok }) => ok) ? exitCode.done : exitCode.failed;
  },
});

function reportOf(
  { home }: Context,
  { server, socket }: ServerHealth,
  checks: readonly HealthCheck[],
): unknown {
  return {
    server:
      server === null
        ? null
        : { pid: server.pid, url: `unix:${socket}`, version: server.version, home: home.root },
    database: server?.database ?? null,
    checks,
  };
}

function checksText({ terminal: { out } }: Context, checks: readonly HealthCheck[]): string {
  const { style } = out;
  const lines = columns(
    checks.map(({ name, ok, detail }) => [
      `${ok ? style.good('✓') : style.bad('✗')} ${name}`,
      ok ? style.dim(detail) : detail,
    ]),
    { indent: '', width: out.columns },
  );
  return checks
    .flatMap(({ hint }, index) => [
      lines[index] ?? '',
      ...(hint === null ? [] : [wrapLines(hintText(hint, style), out.columns)]),
    ])
    .join('\n');
}
