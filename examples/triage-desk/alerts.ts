import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/**
 * A receiver of alerts, for a machine that has no chat or pager to tell: prints what Deployer tells, each event once.
 * Listens on this machine only, at a free port; who does not know the path of its address cannot post there.
 * `--piped`: a part of another program. It says all as lines of JSON, and ends when its standard input does.
 */
interface Event {
  readonly id: string;
  readonly at: string;
  readonly text: string;
}

const isPiped = process.argv.includes('--piped');
const path = `/${randomBytes(16).toString('hex')}`;
/** An event is sent at least once: one that was sent again is not news. */
const known = new Set<string>();

const server = createServer((request, answer) => {
  void take(request).then((status) => answer.writeHead(status).end());
}).listen(0, '127.0.0.1');
await once(server, 'listening');
sayAddress(`http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`);
if (isPiped) endWithInput();

async function take(request: IncomingMessage): Promise<number> {
  if (request.url !== path) return 404;
  if (request.method !== 'POST') return 405;
  try {
    const event = JSON.parse(await text(request)) as Event;
    if (!known.has(event.id)) say(event);
    known.add(event.id);
    return 204;
  } catch {
    return 400;
  }
}

function say(event: Event): void {
  console.log(isPiped ? JSON.stringify(event) : `${event.at}  ${event.text}`);
}

function sayAddress(address: string): void {
  if (isPiped) return console.log(JSON.stringify({ address }));
  console.log(`Listening. In another terminal, so that Deployer knows the address:

  printf %s ${address} | deployer secret set alerts#webhook
`);
}

function endWithInput(): void {
  // Ctrl-C reaches every process of a terminal: whoever holds the pipe ends this one when it is time.
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => null);
  process.stdout.on('error', () => null);
  process.stdin.once('close', () => process.exit()).resume();
}
