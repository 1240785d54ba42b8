import { Readable } from 'node:stream';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { Logger } from 'pino';

import { toEnvelope } from '../api/error-envelope.ts';
import { type Calls, type RouteName, routes } from '../api/routes.ts';
import type { HealthView } from '../api/views/workers.ts';
import { redactData, type Redactor } from '../core/secrets/redaction.ts';
import { DeployerError } from '../errors.ts';
import { messageOf } from '../lib/message-of.ts';
import { isNodeError } from '../lib/node-error.ts';
import { isConnectionLost, isDatabaseFull } from '../store/connection-lost.ts';
import { query } from './parse.ts';
import { patiently } from './patience.ts';

/** A handler of one call of the API: takes the request, returns the answer as `Calls` says. */
export type Handlers = {
  readonly [Name in RouteName]: (
    request: FastifyRequest,
    signal: AbortSignal,
  ) => Name extends 'runEvents' | 'logs'
    ? AsyncIterable<Calls[Name]['output']>
    : Promise<Calls[Name]['output']>;
};

export interface ServerOptions {
  readonly logger: Logger;
  readonly redactor: Redactor;
  /** What is wrong with this server, a sentence each; asks no database. */
  readonly troubles: () => readonly string[];
}

/** The HTTP face of the control plane: every route of the table, one error shape, JSON in and out. */
export function httpServer(
  handlers: Handlers,
  { logger, redactor, troubles }: ServerOptions,
): FastifyInstance {
  const app = Fastify({ bodyLimit: 1024 * 1024, requestTimeout: 0, forceCloseConnections: true });
  app.setErrorHandler((error, request, reply) =>
    answerError(error, { request, reply, logger, redactor, troubles }),
  );
  app.setNotFoundHandler((request, reply) => {
    const error = new DeployerError('usage', {
      message: `The API has no ${request.method} ${request.url}.`,
      hint: 'Use a CLI of the same version as the server: deployer doctor',
    });
    void reply.status(404).send(toEnvelope(error));
  });
  for (const [name, route] of Object.entries(routes) as [RouteName, (typeof routes)[RouteName]][]) {
    app.route({
      method: route.method,
      url: route.path,
      ...('mostBytes' in route ? { bodyLimit: route.mostBytes } : {}),
      handler: async (request, reply) => {
        const signal = leavingSignal(reply);
        const handle = () => handlers[name](request, signal);
        if ('ndjson' in route) return stream(reply, handle() as AsyncIterable<unknown>);
        const answer = handle as () => Promise<unknown>;
        const withinMs = 'withinMs' in route ? route.withinMs : undefined;
        const answered = await (route.method === 'GET' ? patiently(answer, signal, withinMs) : answer());
        if (name === 'health') void reply.status(healthStatus(answered as HealthView, request));
        return answered;
      },
    });
  }
  return app;
}

/** Service managers and load balancers look at the status alone. */
function healthStatus({ live, ready }: HealthView, request: FastifyRequest): number {
  const isWell = query(request.query, 'only') === 'live' ? live : live && ready;
  return isWell ? 200 : 503;
}

/** Aborts when the client has left before the answer was complete. */
function leavingSignal(reply: FastifyReply): AbortSignal {
  const controller = new AbortController();
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) controller.abort(new Error('the client left'));
  });
  return controller.signal;
}

/** The first line is awaited before the status goes out, so that a refusal is still an error answer. */
async function stream(reply: FastifyReply, lines: AsyncIterable<unknown>): Promise<FastifyReply> {
  const iterator = lines[Symbol.asyncIterator]();
  const first = await iterator.next();
  async function* text(): AsyncGenerator<string> {
    for (let next = first; next.done !== true; next = await iterator.next())
      yield `${JSON.stringify(next.value)}\n`;
  }
  return reply.type('application/x-ndjson').send(Readable.from(text()));
}

interface Answering extends ServerOptions {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

function answerError(error: unknown, { request, reply, logger, redactor, troubles }: Answering): void {
  const known = explained(asKnown(error), troubles);
  if (known.code === 'internal') logger.error({ error, url: request.url }, 'a request failed');
  void reply.status(known.status).send(redactData(toEnvelope(known), redactor));
}

/** A database that is away is rarely the cause itself: its disk may be full. */
function explained(error: DeployerError, troubles: ServerOptions['troubles']): DeployerError {
  if (error.code !== 'database_failed') return error;
  const { code, message, hint, cause } = error;
  return new DeployerError(code, { message, hint, cause, detail: [...error.detail, ...troubles()] });
}

function asKnown(error: unknown): DeployerError {
  if (error instanceof DeployerError) return error;
  if (isNodeError(error)) {
    if (error.code === 'ENOSPC' || isDatabaseFull(error)) {
      return new DeployerError('disk_full', {
        message: isDatabaseFull(error)
          ? 'The disk of the database is full; nothing was changed.'
          : 'The disk is full.',
        hint: 'Make room (df -h shows where), then try again.',
        cause: error,
      });
    }
    if (error.code.startsWith('FST_')) {
      return new DeployerError('request_invalid', {
        message: error.message,
        hint: 'deployer doctor',
        cause: error,
      });
    }
  }
  if (isConnectionLost(error)) {
    return new DeployerError('database_failed', {
      message: 'The database does not answer.',
      hint: 'deployer doctor',
      cause: error,
    });
  }
  return new DeployerError('internal', {
    message: `A bug in Deployer: ${messageOf(error)}`,
    hint: 'Please report this with the end of server.log.',
    cause: error,
  });
}
