import { Socket } from 'node:net';

import type { FromWorker, ToWorker } from '../worker-messages.ts';
import { EdgeWorker } from './worker.ts';

/** The program of a worker. It ends with its primary: no one else could tell it about the next switch. */
let worker: EdgeWorker | null = null;

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
say({ type: 'hello' });

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
    case 'drain':
      void end();
      break;
  }
}

async function end(): Promise<void> {
  await worker?.drain();
  process.exit(0);
}

function say(message: FromWorker): void {
  if (process.connected) process.send?.(message);
}
