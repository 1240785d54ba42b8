// The users of the demo, in a process of their own so that nothing else that the demo does delays them: several
// clients with connections that stay open, until the pipe that holds this process is closed. Says what they have seen
// as lines of JSON; the last line is final.
//
// Usage: traffic-program <url> <ca file> <module that exports tickets()>
import { readFile } from 'node:fs/promises';
import { Agent, request } from 'node:https';
import { setTimeout as delay } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';

import { nobody, noTraffic, withAnswer } from './traffic-counts.ts';

interface Ticket {
  readonly path: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const clients = 3;
const pauseMs = 200;
const answerDeadlineMs = 15_000;
const sayEveryMs = 250;

const [url = '', caFile = '', module = ''] = process.argv.slice(2);
const ca = await readFile(caFile);
// The example's own module; that it makes tickets is what its tests are for.
const { tickets } = (await import(pathToFileURL(module).href)) as {
  readonly tickets: (seed: number) => Iterable<Ticket>;
};

let counts = noTraffic;
let isOver = false;
process.stdin.once('close', () => (isOver = true)).resume();
// Ctrl-C reaches every process of a terminal: the demo ends this one when it is time.
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => null);
// Whoever counts has died: its pipe is closed as well, which ends the clients.
process.stdout.on('error', () => null);

const saying = setInterval(say, sayEveryMs);
await Promise.all(Array.from({ length: clients }, (_, index) => actAsClient(index + 1)));
clearInterval(saying);
say();

function say(): void {
  process.stdout.write(`${JSON.stringify(counts)}\n`);
}

async function actAsClient(seed: number): Promise<void> {
  const agent = new Agent({ ca, keepAlive: true, maxSockets: 1 });
  for (const ticket of tickets(seed)) {
    if (isOver) break;
    const seen = await send(ticket, agent);
    counts = withAnswer(counts, seen);
    await delay(pauseMs);
  }
  agent.destroy();
}

interface Seen {
  readonly deployment: string;
  readonly isFailed: boolean;
}

function send({ path, method, headers, body }: Ticket, agent: Agent): Promise<Seen> {
  const { promise, resolve } = Promise.withResolvers<Seen>();
  const signal = AbortSignal.timeout(answerDeadlineMs);
  const sent = request(`${url}${path}`, { agent, method, headers, signal });
  const unanswered = (): void => resolve({ deployment: nobody, isFailed: true });
  sent.once('response', (answer) => {
    const mark = answer.headers['x-deployer-deployment'];
    const deployment = typeof mark === 'string' ? mark : nobody;
    const isFailed = (answer.statusCode ?? 0) >= 500;
    answer.resume().once('end', () => resolve({ deployment, isFailed }));
    answer.once('error', unanswered);
  });
  sent.once('error', unanswered);
  sent.end(body);
  return promise;
}
