import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';

export interface TestServer {
  readonly origin: string;
  /** Whole requests, in the order of their arrival. */
  readonly seen: readonly SeenRequest[];
  readonly [Symbol.asyncDispose]: () => Promise<void>;
}

export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
  readonly atMs: number;
}

/** A server on 127.0.0.1 that answers as `deployment`, and is gone at the end of the test (`await using`). */
export async function httpServer(
  deployment: string,
  answer: (request: SeenRequest, response: ServerResponse) => void,
): Promise<TestServer> {
  const seen: SeenRequest[] = [];
  const listener: RequestListener = (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url: path = '', headers } = request;
      const body = Buffer.concat(chunks).toString();
      const one = { method, path, headers, body, atMs: performance.now() };
      seen.push(one);
      response.setHeader('x-deployer-deployment', deployment);
      answer(one, response);
    });
  };
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    origin: `http://127.0.0.1:${address.port}`,
    seen,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
