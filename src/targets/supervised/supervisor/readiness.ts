import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

import type { Health } from '../../../core/definition/integration.ts';
import type { Redactor } from '../../../core/secrets/redaction.ts';
import { request } from '../../../lib/node-http.ts';
import { runCommand } from '../../../lib/run-command.ts';
import type { Address, CommandLine } from '../runtime.ts';

/** How a replica is asked whether it is ready, or alive. */
export type HealthCheck =
  | (Address & { readonly kind: 'http'; readonly path: string })
  | (Address & { readonly kind: 'tcp' })
  | (CommandCheck & { readonly kind: 'command' })
  | { readonly kind: 'alive'; readonly forMs: number };

interface CommandCheck extends CommandLine {
  readonly redactor: Redactor;
}

export interface CheckContext {
  /** Where the replica listens; null when it does not. */
  readonly address: Address | null;
  /** How a command is run where the replica is. */
  readonly inside: (command: string) => CommandLine;
  /** For what a command says. */
  readonly redactor: Redactor;
}

/** Null: healthy; else what was seen instead, to follow "it is not ready: ". */
export type Finding = string | null;

const checkTimeoutMs = 2000;
const commandTimeoutMs = 10_000;

/** With a port: GET `ready`, or the port accepting. Without: `run` exiting 0, or being alive for `seconds`. */
export function readyCheckOf(health: Health, context: CheckContext): HealthCheck {
  const { address, inside, redactor } = context;
  if (address !== null)
    return health.ready === null
      ? { kind: 'tcp', ...address }
      : { kind: 'http', ...address, path: health.ready };
  if (health.run !== null) return { kind: 'command', ...inside(health.run), redactor };
  return { kind: 'alive', forMs: health.seconds * 1000 };
}

export function isHealthyStatus(status: number): boolean {
  return status >= 200 && status < 400;
}

export interface UntilReadyOptions {
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** Told what each failed check saw. */
  readonly onFinding: (finding: string) => void;
}

/** Checks until one passes: null; or until the time is over: what the last one saw. */
export async function untilReady(check: HealthCheck, options: UntilReadyOptions): Promise<Finding> {
  if (check.kind === 'alive') {
    await delay(check.forMs, undefined, { signal: options.signal });
    return null;
  }
  const endsAt = performance.now() + options.timeoutMs;
  for (let pauseMs = 25; ; pauseMs = Math.min(400, pauseMs * 1.4)) {
    const finding = await runCheck(check, options.signal);
    if (finding === null || performance.now() >= endsAt) return finding;
    options.onFinding(finding);
    await delay(pauseMs, undefined, { signal: options.signal });
  }
}

/** One check, with a deadline of its own. Throws only when `signal` aborts. */
export async function runCheck(check: HealthCheck, signal: AbortSignal): Promise<Finding> {
  signal.throwIfAborted();
  if (check.kind === 'http') return checkHttp(check, signal);
  if (check.kind === 'tcp') return checkTcp(check, signal);
  if (check.kind === 'command') return checkCommand(check, signal);
  return null;
}

/** Redirects are an answer (200-399) and are never followed: they may lead anywhere. */
function checkHttp(check: Address & { readonly path: string }, signal: AbortSignal): Promise<Finding> {
  const name = `GET ${check.path}`;
  return new Promise((resolve, reject) => {
    const deadline = AbortSignal.timeout(checkTimeoutMs);
    const asked = request({
      host: check.host,
      port: check.port,
      path: check.path,
      agent: false,
      headers: { connection: 'close', 'user-agent': 'deployer-health' },
      signal: AbortSignal.any([signal, deadline]),
    });
    asked.on('response', (response) => {
      const status = response.statusCode ?? 0;
      response.on('error', () => {
        // The status was enough; what happens to the body is of no interest.
      });
      response.resume();
      resolve(isHealthyStatus(status) ? null : `${name} answered ${status}`);
    });
    asked.on('error', (error) => {
      if (signal.aborted) reject(signal.reason as Error);
      else if (deadline.aborted) resolve(`${name} was not answered within ${checkTimeoutMs / 1000} s`);
      else resolve(`${name} failed: ${reasonOf(error, check.port)}`);
    });
    asked.end();
  });
}

function checkTcp({ host, port }: Address, signal: AbortSignal): Promise<Finding> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, signal, timeout: checkTimeoutMs });
    const end = (finding: Finding) => {
      socket.destroy();
      resolve(finding);
    };
    socket.on('connect', () => end(null));
    socket.on('timeout', () => end(`port ${port} did not accept within ${checkTimeoutMs / 1000} s`));
    socket.on('error', (error) => {
      if (signal.aborted) reject(signal.reason as Error);
      else end(reasonOf(error, port));
    });
  });
}

async function checkCommand(check: CommandCheck, signal: AbortSignal): Promise<Finding> {
  const result = await runCommand({ ...check, timeoutMs: commandTimeoutMs, graceMs: 500, signal });
  if (result.timedOut) return `health.run did not end within ${commandTimeoutMs / 1000} s`;
  if (result.exitCode === 0) return null;
  const said = result.tail.at(-1);
  return `health.run ended with ${result.signal ?? `exit code ${result.exitCode}`}${said === undefined ? '' : `: ${said}`}`;
}

function reasonOf(error: Error, port: number): string {
  if ('code' in error && error.code === 'ECONNREFUSED') return `nothing listens on its port ${port}`;
  return error.message;
}
