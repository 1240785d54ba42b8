import { type ChildProcess, fork } from 'node:child_process';
import type { Socket } from 'node:net';

import { moduleBeside } from '../../lib/detached-process.ts';
import {
  type FromWorker,
  messagesVersion,
  type ToWorker,
  type Traffic,
  type WorkerConfiguration,
} from '../worker-messages.ts';
import { noTraffic } from './traffic-sum.ts';

/** A worker that cannot serve in this time is stuck, and is ended. */
const startMs = 15_000;
/** A worker that does not answer a question in this time is stuck, and is ended. */
const answerMs = 5_000;
/** Connections on their way to a worker: few, so that a switch is not queued behind a crowd of them. */
const mostHandedOver = 16;

/**
 * What a request makes is garbage when it is answered. With room for it, little of it is still in use when the young
 * generation is cleared, and the old one, whose marking takes time from requests, grows seldom enough to be left alone.
 */
const heapFlags = ['--max-semi-space-size=32', '--initial-old-space-size=128'];

/** One worker as its primary sees it. */
export class WorkerProcess {
  /** Resolves when it can serve, or has ended. */
  readonly started: Promise<void>;
  readonly ended: Promise<void>;
  isReady = false;
  hasEnded = false;
  /** Why it never came to serve, once it has ended; null when it did. */
  failure: string | null = 'it ended before it could serve';
  /** Whether its program speaks otherwise than this one. It is never ready then, and ends. */
  isForeign = false;
  /** What it had counted when it was last asked. */
  traffic: Traffic = noTraffic;
  readonly #child: ChildProcess;
  readonly #startTimer: NodeJS.Timeout;
  #setReady: () => void = () => {};
  #setEnded: () => void = () => {};
  /** Connections on their way, in order: this process keeps each until the worker has it, in case that one dies. */
  readonly #handedOver: Socket[] = [];
  #sequence = 0;
  readonly #waiting = new Map<number, () => void>();
  readonly #onChange: () => void;

  /** `onChange` is called when it can take a connection that it could not take before. */
  constructor(configuration: () => WorkerConfiguration, onChange: () => void) {
    this.#onChange = onChange;
    this.#child = fork(moduleBeside(import.meta.url, '../worker/main'), [], {
      execArgv: heapFlags,
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    this.#startTimer = setTimeout(() => this.kill(), startMs).unref();
    this.ended = new Promise((resolve) => {
      this.#setEnded = resolve;
    });
    this.started = Promise.race([new Promise<void>((resolve) => (this.#setReady = resolve)), this.ended]);
    this.#child.once('exit', () => this.#end());
    this.#child.on('error', (error) => {
      // With a process it is a message that could not be sent: the worker has ended, which `exit` tells.
      if (this.#child.pid !== undefined) return;
      // No process could be made, so there is none whose exit would be told.
      this.failure = error.message;
      this.#end();
    });
    this.#child.on('message', (message) => this.#hear(message as FromWorker, configuration));
  }

  get canTakeConnection(): boolean {
    return this.isReady && this.#handedOver.length < mostHandedOver;
  }

  hand(socket: Socket): void {
    this.#handedOver.push(socket);
    this.#child.send({ type: 'connection' } satisfies ToWorker, socket, { keepOpen: true }, () => {
      // It failed because the worker has ended, which `exit` tells.
    });
  }

  /** The connections that it had not taken when it ended. */
  takeBack(): readonly Socket[] {
    return this.#handedOver.splice(0);
  }

  /** Resolves when the worker has answered, or has ended: it then knows nothing wrong any more. */
  async ask(message: ToWorker & { readonly sequence: number }): Promise<void> {
    if (this.hasEnded) return;
    const timer = setTimeout(() => this.kill(), answerMs);
    await new Promise<void>((resolve) => {
      this.#waiting.set(message.sequence, resolve);
      this.tell(message);
    });
    clearTimeout(timer);
  }

  nextSequence(): number {
    this.#sequence += 1;
    return this.#sequence;
  }

  tell(message: ToWorker): void {
    if (this.#child.connected) this.#child.send(message);
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }

  #hear(message: FromWorker, configuration: () => WorkerConfiguration): void {
    switch (message.type) {
      case 'hello':
        if (message.version === messagesVersion)
          this.tell({ type: 'configure', configuration: configuration() });
        else this.#refuse(message.version);
        break;
      case 'ready':
        clearTimeout(this.#startTimer);
        this.failure = null;
        this.isReady = true;
        this.#setReady();
        this.#onChange();
        break;
      case 'accepted':
        this.#handedOver.shift()?.destroy();
        this.#onChange();
        break;
      case 'routed':
        this.#answered(message.sequence);
        break;
      case 'measured':
        this.traffic = message.traffic;
        this.#answered(message.sequence);
        break;
    }
  }

  #refuse(version: number): void {
    this.isForeign = true;
    this.failure = `its program is of another Deployer: messages ${version} instead of ${messagesVersion}`;
    this.kill();
  }

  #end(): void {
    clearTimeout(this.#startTimer);
    this.isReady = false;
    this.hasEnded = true;
    for (const answered of this.#waiting.values()) answered();
    this.#waiting.clear();
    this.#setEnded();
  }

  #answered(sequence: number): void {
    this.#waiting.get(sequence)?.();
    this.#waiting.delete(sequence);
  }
}
