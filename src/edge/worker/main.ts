import { Socket } from 'node:net';

import { endProcess } from '../../lib/end-process.ts';
import { type FromWorker, messagesVersion, type ToWorker, unasked } from '../worker-messages.ts';
import { EdgeWorker } from './worker.ts';

/** The program of a worker. It ends with its primary: no one else could tell it about the next switch. */
let worker: EdgeWorker | null = null;

// As for the primary: what cannot be said is no reason to end.
process.stderr.on('error', () => undefined);

process.on('message', (message: unknown, handle: unknown) => {
  if (handle instanceof Socket) {
    worker?.accept(handle);
    say({ type: 'accepted' });
  } else act(message as ToWorker);
});
process.once('disconnect', () => void end());
// A signal to the whole group is for the primary to act on.
process.on('SIGTERM', () => {});
process.on('SIGINT', () => {});
say({ type: 'hello', version: messagesVersion });

function act(message: ToWorker): void {
  switch (message.type) {
    case 'configure':
      worker = new EdgeWorker(message.configuration);
      say({ type: 'ready' });
      break;
    case 'connection':
      // The client was gone before its connection arrived here.
      say({ type: 'accepted' });
      break;
    case 'routes':
      worker?.put(message.routes);
      say({ type: 'routed', sequence: message.sequence });
      break;
    case 'measure':
      if (worker !== null) say({ type: 'measured', sequence: message.sequence, traffic: worker.measure() });
      break;
    case 'certificate':
      worker?.setCertificate(message.certificate);
      break;
    case 'leave':
      void end(Infinity);
      break;
    case 'drain':
      void end();
      break;
  }
}

/** Of two ends, e.g. one that leaves with its edge, the earlier counts. */
async function end(withinMs?: number): Promise<void> {
  if (worker !== null) {
    await worker.drain(withinMs);
    await lastWord({ type: 'measured', sequence: unasked, traffic: worker.measure() });
  }
  await endProcess(0);
}

/** Resolves when the message is out, or cannot be sent. */
function lastWord(message: FromWorker): Promise<void> {
  return new Promise((resolve) => {
    if (process.connected && process.send !== undefined) process.send(message, () => resolve());
    else resolve();
  });
}

function say(message: FromWorker): void {
  if (process.connected) process.send?.(message);
}
