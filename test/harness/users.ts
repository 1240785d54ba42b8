import { readFile } from 'node:fs/promises';
import { Agent, type Dispatcher, request } from 'undici';

import type { EnvironmentView } from '../../src/api/views/status.ts';

export interface Answer {
  readonly status: number;
  readonly text: string;
  /** Who answered, as the edge marks it; null when the edge itself did. */
  readonly deployment: string | null;
}

export type Address = Pick<EnvironmentView, 'url' | 'caFile'>;

/** A client of an environment that trusts the certificate authority of its home, and nothing else. */
export async function openUser({ url, caFile }: Address): Promise<User> {
  if (url === null || caFile === null) throw new Error('the environment has no address yet');
  const agent = new Agent({ connect: { ca: await readFile(caFile, 'utf8') }, pipelining: 1 });
  return {
    agent,
    get: (path, options) => get(`${url}${path}`, { dispatcher: agent, ...options }),
    close: () => agent.destroy(),
  };
}

export interface User {
  readonly agent: Agent;
  get(path: string, options?: GetOptions): Promise<Answer>;
  close(): Promise<void>;
}

export interface GetOptions {
  /** Closes the connection afterwards, as a client that comes only once. */
  readonly reset?: boolean;
}

/** One request by a client of its own. */
export async function ask(address: Address, path = '/'): Promise<Answer> {
  const user = await openUser(address);
  try {
    return await user.get(path);
  } finally {
    await user.close();
  }
}

async function get(url: string, options: GetOptions & { readonly dispatcher: Dispatcher }): Promise<Answer> {
  const { statusCode, headers, body } = await request(url, {
    ...options,
    headersTimeout: 30_000,
    bodyTimeout: 30_000,
  });
  const deployment = headers['x-deployer-deployment'];
  const text = await body.text();
  return { status: statusCode, text, deployment: typeof deployment === 'string' ? deployment : null };
}
