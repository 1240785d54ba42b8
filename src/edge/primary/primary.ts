import { randomBytes } from 'node:crypto';
import { join } from 'node:path';

import type { EdgeObservation, EdgeRoutes } from '../../core/switching/edge.ts';
import type { EdgeSettings } from '../../core/definition/integration.ts';
import { rotateLog } from '../../lib/log-rotation.ts';
import { reach } from '../../lib/named-point.ts';
import { complain } from '../complain.ts';
import type { EdgeArguments } from '../schema.ts';
import type { WorkerConfiguration } from '../worker-messages.ts';
import { type KeptCertificate, obtainCertificate } from './certificate-keeper.ts';
import { Crew } from './crew.ts';
import { Listeners } from './listeners.ts';
import type { RouteStore } from './route-store.ts';
import { totals } from './traffic-sum.ts';

const certificateCheckMs = 60_000;
const measureEveryMs = 1_000;

export interface PrimaryOptions {
  readonly arguments: EdgeArguments;
  /** Port to use when the settings name none. */
  readonly port: number;
  readonly probeToken: string;
  readonly store: RouteStore;
}

/** What an edge is, apart from its admin socket: its ports, its workers, its routes, its certificate. */
export class Primary {
  readonly #options: PrimaryOptions;
  readonly #since = new Date().toISOString();
  readonly #ticketKeys = randomBytes(48).toString('base64');
  readonly #crew: Crew;
  readonly #listeners: Listeners;
  #port: number;
  #settings: EdgeSettings;
  #kept: KeptCertificate;
  /** Changes are made one at a time; this is the end of those before. */
  #changes: Promise<unknown> = Promise.resolve();
  readonly #timers: NodeJS.Timeout[] = [];

  private constructor(options: PrimaryOptions, kept: KeptCertificate) {
    this.#options = options;
    this.#settings = options.arguments.settings;
    this.#port = this.#settings.port ?? options.port;
    this.#kept = kept;
    this.#crew = new Crew(() => this.#workerConfiguration());
    this.#listeners = new Listeners((socket) => this.#crew.take(socket));
  }

  /** Listens, and returns when its workers serve. Throws `edge_port_in_use`, `edge_failed`. */
  static async start(options: PrimaryOptions): Promise<Primary> {
    const { settings, authorityFolder } = options.arguments;
    const primary = new Primary(options, await obtainCertificate(settings, authorityFolder, null));
    await primary.#listeners.open(primary.#ports(options.store.routes));
    await primary.#crew.resize(settings.workers);
    primary.#timers.push(
      setInterval(() => void primary.#checkCertificate(), certificateCheckMs),
      setInterval(() => void primary.#keepBooks(), measureEveryMs),
    );
    return primary;
  }

  get port(): number {
    return this.#port;
  }

  get caFile(): string | null {
    return this.#kept.caFile;
  }

  /** The switch: durable, then in force everywhere, then answered. Throws `route_stale`, `edge_port_in_use`. */
  put(routes: EdgeRoutes): Promise<void> {
    const { environment } = this.#options.arguments.edge;
    return this.#change(async () => {
      this.#options.store.refuseStale(routes);
      const ports = this.#ports(routes);
      await this.#listeners.open(ports);
      await this.#options.store.write(routes);
      await reach('edge: table stored', environment);
      await this.#crew.put(routes);
      await reach('edge: workers told', environment);
      this.#listeners.keepOnly(ports);
    });
  }

  /** Changes port, certificate and number of workers while it serves. Throws `edge_port_in_use`, `edge_failed`. */
  configure(settings: EdgeSettings): Promise<void> {
    return this.#change(async () => {
      // What can fail comes first: settings that are refused change nothing.
      const kept = await this.#obtainCertificate(settings);
      const port = settings.port ?? this.#port;
      await this.#listeners.open([port]);
      this.#useCertificate(kept);
      this.#port = port;
      this.#settings = settings;
      await this.#crew.resize(settings.workers);
      this.#listeners.keepOnly(this.#ports(this.#options.store.routes));
    });
  }

  async observe(): Promise<EdgeObservation> {
    const traffic = await this.#crew.measure();
    const { table, backends } = this.#options.store.routes;
    return {
      generation: table.generation,
      table,
      backends,
      deployments: totals(traffic.deployments, this.#since),
      previews: totals(traffic.previews, this.#since),
      refused: traffic.refused,
      readyWorkers: this.#crew.ready,
      isOutdated: this.#crew.isOutdated,
    };
  }

  /** Accepts nothing more, and returns when what was open has ended or the drain time is over. */
  async end(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    this.#listeners.keepOnly([]);
    await this.#crew.end();
  }

  #change<T>(make: () => Promise<T>): Promise<T> {
    const made = this.#changes.then(make);
    this.#changes = made.catch(() => {
      // Whoever asked for the change gets the error; the next change begins anyway.
    });
    return made;
  }

  #obtainCertificate(settings: EdgeSettings): Promise<KeptCertificate> {
    return obtainCertificate(settings, this.#options.arguments.authorityFolder, this.#kept);
  }

  #useCertificate(kept: KeptCertificate): void {
    const hasChanged = kept.certificate.cert !== this.#kept.certificate.cert;
    this.#kept = kept;
    if (hasChanged) this.#crew.setCertificate(kept.certificate);
  }

  /** Own certificates end, given files are replaced: the new one is used for connections from then on. */
  async #checkCertificate(): Promise<void> {
    try {
      await this.#change(async () => this.#useCertificate(await this.#obtainCertificate(this.#settings)));
    } catch (error) {
      complain('the certificate was not renewed, the former one stays in use', error);
    }
  }

  /** A worker that is killed takes with it what it counted since it was last asked. */
  async #keepBooks(): Promise<void> {
    const { folder, limits } = this.#options.arguments;
    try {
      await this.#crew.measure();
      rotateLog(accessLog(folder), limits.accessLogBytes);
    } catch (error) {
      complain('the access log was not rotated', error);
    }
  }

  #ports(routes: EdgeRoutes): number[] {
    return [this.#port, ...Object.values(routes.table.previews)];
  }

  #workerConfiguration(): WorkerConfiguration {
    const { folder, limits } = this.#options.arguments;
    const connections = Math.ceil(limits.connections / this.#settings.workers);
    return {
      limits: { ...limits, connections },
      certificate: this.#kept.certificate,
      ticketKeys: this.#ticketKeys,
      probeToken: this.#options.probeToken,
      accessLog: accessLog(folder),
      routes: this.#options.store.routes,
    };
  }
}

function accessLog(folder: string): string {
  return join(folder, 'access.log');
}
