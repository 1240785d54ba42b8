import { setTimeout as delay } from 'node:timers/promises';

import type { DeploymentFigures, Observation } from '../../core/places/target.ts';
import { DeployerError } from '../../errors.ts';
import { messageOf } from '../../lib/message-of.ts';
import { isNodeError } from '../../lib/node-error.ts';
import { request } from '../../lib/node-http.ts';
import { isRunning } from '../../lib/process-identity.ts';
import { Figures } from './figures.ts';
import { DeploymentStatus, EndingStatus } from './observation.ts';
import type { SupervisorRecord } from './supervisor-record.ts';

const answerTimeoutMs = 5000;
const longestAnswer = 16 * 1024 * 1024;

interface Call {
  readonly method: 'GET' | 'PUT' | 'POST';
  readonly path: string;
  readonly body?: unknown;
  /** @default 5000 */
  readonly timeoutMs?: number;
  readonly signal: AbortSignal;
}

/** A supervisor that lives and does not answer in time. */
export class SilentSupervisorError extends DeployerError {}

/**
 * Asks a supervisor over its socket. Null when it has ended meanwhile; throws `supervisor_failed` when it lives and
 * does not answer as it should.
 */
export class SupervisorClient {
  readonly #record: SupervisorRecord;

  constructor(record: SupervisorRecord) {
    this.#record = record;
  }

  async observation(signal: AbortSignal): Promise<Observation | null> {
    return this.#status({ method: 'GET', path: '/observation', signal });
  }

  /** Whether it was told to end, or has ended: it starts nothing any more. */
  async isEnding(signal: AbortSignal): Promise<boolean> {
    const text = await this.#call({ method: 'GET', path: '/observation', signal });
    return text === null || EndingStatus.parse(JSON.parse(text)).isEnding;
  }

  /** Resolves when it is remembered and, for workers that are not wanted, when they are gone. */
  async setWorkers(active: boolean, options: CallLimits): Promise<Observation | null> {
    return this.#status({ method: 'PUT', path: '/workers', body: { active }, ...options });
  }

  /** Resolves when nothing of the deployment runs; the supervisor itself ends right after. */
  async stop(options: CallLimits): Promise<void> {
    await this.#call({ method: 'POST', path: '/stop', ...options });
  }

  async metrics(signal: AbortSignal): Promise<string | null> {
    return this.#call({ method: 'GET', path: '/metrics', signal });
  }

  /** Null also of one that an earlier Deployer started, which does not tell. */
  async figures(signal: AbortSignal): Promise<DeploymentFigures | null> {
    try {
      const text = await this.#call({ method: 'GET', path: '/figures', signal });
      return text === null ? null : Figures.parse(JSON.parse(text));
    } catch (error) {
      if (error instanceof DeployerError && error.cause instanceof UnknownCall) return null;
      throw error;
    }
  }

  async #status(call: Call): Promise<Observation | null> {
    const text = await this.#call(call);
    return text === null ? null : DeploymentStatus.parse(JSON.parse(text));
  }

  async #call(call: Call): Promise<string | null> {
    try {
      return await send(this.#record, call);
    } catch (error) {
      call.signal.throwIfAborted();
      if (await endsWithin(isHungUp(error) ? hangUpMs : killedMs, this.#record)) return null;
      const Failure = isLate(error) ? SilentSupervisorError : DeployerError;
      throw new Failure('supervisor_failed', {
        message: `The supervisor ${this.#record.pid} does not answer ${call.method} ${call.path}: ${whySilent(error)}.`,
        hint: 'deployer doctor',
        cause: error,
      });
    }
  }
}

class UnknownCall extends Error {}

export interface CallLimits {
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** The sockets of a process that is killed close a moment before it counts as gone. */
const killedMs = 300;
/** One that ends by itself removes its socket first; a busy machine takes its time until it is gone. */
const hangUpMs = 5000;

async function endsWithin(ms: number, supervisor: SupervisorRecord): Promise<boolean> {
  const endsAt = performance.now() + ms;
  for (;;) {
    if (!(await isRunning(supervisor))) return true;
    if (performance.now() >= endsAt) return false;
    await delay(30);
  }
}

function send(record: SupervisorRecord, call: Call): Promise<string> {
  const body = call.body === undefined ? '' : JSON.stringify(call.body);
  return new Promise((resolve, reject) => {
    const asked = request({
      socketPath: record.socket,
      method: call.method,
      path: call.path,
      agent: false,
      headers: { authorization: `Bearer ${record.token}`, 'content-length': Buffer.byteLength(body) },
      signal: AbortSignal.any([call.signal, AbortSignal.timeout(call.timeoutMs ?? answerTimeoutMs)]),
    });
    asked.on('error', reject);
    asked.on('response', (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('error', reject);
      response.on('data', (part: string) => {
        text += part;
        if (text.length > longestAnswer) asked.destroy(new Error('the answer is too long'));
      });
      response.on('end', () => {
        if (response.statusCode === 200) resolve(text);
        else reject(refusalOf(response.statusCode, text));
      });
    });
    asked.end(body);
  });
}

function refusalOf(status: number | undefined, text: string): Error {
  const message = `status ${status}: ${text}`;
  return status === 404 ? new UnknownCall(message) : new Error(message);
}

function whySilent(error: unknown): string {
  if (isLate(error)) return 'no answer in time';
  return isNodeError(error) ? error.code : messageOf(error);
}

function isHungUp(error: unknown): boolean {
  return isNodeError(error) && (error.code === 'ENOENT' || error.code === 'ECONNREFUSED');
}

function isLate(error: unknown): boolean {
  return isNodeError(error) && error.code === 'ABORT_ERR';
}
