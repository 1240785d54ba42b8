import { createToken } from './token.ts';

/** The desk under test. Deployer sets the address to the candidate's preview. */
const url = process.env['DEPLOYER_URL'];
if (url === undefined) throw new Error('DEPLOYER_URL is not set; `npm start` prints one');

export interface Reply<Body> {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly body: Body;
}

export interface Answer {
  readonly ticket: string;
  readonly topic: string;
  readonly outcome: string;
  readonly reply: string;
  readonly refund?: { readonly id: string; readonly amount: number };
  readonly escalation?: { readonly id: string; readonly reason: string };
  readonly articles: readonly string[];
  readonly usage: { readonly steps: number; readonly tokens: number };
}

export interface Problem {
  readonly title: string;
  readonly status: number;
  readonly requestId: string;
  readonly errors?: readonly { readonly path: string }[];
}

export async function get(path: string): Promise<Reply<Problem>> {
  return read(await fetch(url + path));
}

export async function post<Body = Problem>(
  path: string,
  body: object | string,
  headers: object = {},
): Promise<Reply<Body>> {
  return read(
    await fetch(url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    }),
  );
}

export function authorized(headers: object = {}): object {
  return { authorization: `Bearer ${createToken()}`, ...headers };
}

/** As the customer of the orders ORD-1042.., unless the ticket says otherwise. */
export async function sendTicket<Body = Answer>(ticket: object, headers: object = {}): Promise<Reply<Body>> {
  return post<Body>(
    '/v1/tickets',
    { subject: 'Question', customer: 'C-1042', ...ticket },
    authorized(headers),
  );
}

async function read<Body>(response: Response): Promise<Reply<Body>> {
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json') ?? false;
  return { status: response.status, headers: response.headers, text, body: isJson ? JSON.parse(text) : {} };
}
