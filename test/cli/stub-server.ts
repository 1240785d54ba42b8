import Fastify, { type FastifyRequest } from 'fastify';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { onTestFinished } from 'vitest';

import { toEnvelope } from '../../src/api/error-envelope.ts';
import { actorHeader, type Calls, type RouteName, routes } from '../../src/api/routes.ts';
import { DeployerError } from '../../src/errors.ts';
import { buildInfo } from '../../src/lib/build-info.ts';
import { identifyProcess } from '../../src/lib/process-identity.ts';

/** What the stub answers; a list for the calls that stream. */
export type Answers = {
  readonly [Name in RouteName]?: (request: StubRequest) => Calls[Name]['output'] | AnswerLines;
};

interface AnswerLines {
  readonly lines: readonly unknown[] | AsyncIterable<unknown>;
}

interface StubRequest {
  readonly call: RouteName;
  readonly actor: string | null;
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  readonly body: unknown;
}

export interface StubServer {
  readonly home: string;
  /** Every call so far, in order. */
  readonly requests: readonly StubRequest[];
}

/** A home with a server that answers what a test wants, over a real socket. It is gone when the test has finished. */
export async function stubServer(answers: Answers, facts: { builtAt?: string } = {}): Promise<StubServer> {
  const home = await mkdtemp(join(tmpdir(), 'deployer-cli-'));
  const requests: StubRequest[] = [];
  const app = Fastify({ forceCloseConnections: true });
  onTestFinished(async () => {
    await app.close();
    await rm(home, { recursive: true });
  });
  app.setErrorHandler((error, _request, reply) => {
    if (!(error instanceof DeployerError)) throw error;
    return reply.status(error.status).send(toEnvelope(error));
  });
  for (const call of Object.keys(routes) as RouteName[]) {
    const { method, path } = routes[call];
    app.route({
      method,
      url: path,
      handler: (request, reply) => {
        const made = requestOf(call, request);
        requests.push(made);
        const answer: unknown = (answers[call] ?? (() => ({})))(made);
        return isLines(answer) ? reply.send(Readable.from(ndjson(answer))) : reply.send(answer);
      },
    });
  }
  const socket = join(home, 'api.sock');
  await app.listen({ path: socket });
  const record = { ...(await identifyProcess(process.pid)), socket, ...(await buildInfo()), ...facts };
  await writeFile(join(home, 'server.json'), JSON.stringify(record));
  return { home, requests };
}

function requestOf(call: RouteName, { headers, params, query, body }: FastifyRequest): StubRequest {
  const actor = headers[actorHeader];
  return {
    call,
    actor: typeof actor === 'string' ? decodeURIComponent(actor) : null,
    params: params as StubRequest['params'],
    query: query as StubRequest['query'],
    body,
  };
}

function isLines(answer: unknown): answer is AnswerLines {
  return typeof answer === 'object' && answer !== null && 'lines' in answer;
}

async function* ndjson({ lines }: AnswerLines): AsyncGenerator<string> {
  for await (const line of lines) yield `${JSON.stringify(line)}\n`;
}
