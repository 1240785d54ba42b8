import { runDigest } from './digest.ts';
import { createOutbox } from './outbox.ts';

const url = process.env['TOOLS_URL'];
if (url === undefined) throw new Error('TOOLS_URL is not set');

// Every line names the deployment: two of them at work at once would show here.
const deployment = process.env['DEPLOYER_DEPLOYMENT'] ?? 'local';
const stop = new AbortController();
process.once('SIGTERM', () => stop.abort());

log('started');
await runDigest(
  {
    outbox: createOutbox(url),
    write: (entry) => log('escalation', { escalation: entry }),
    warn: (error) => log('outbox not reached', { error: String(error) }),
    idleMs: 500,
  },
  stop.signal,
);
log('stopped');

function log(message: string, fields: object = {}): void {
  console.log(
    JSON.stringify({ at: new Date().toISOString(), component: 'digest', deployment, message, ...fields }),
  );
}
