import { randomBytes } from 'node:crypto';
import { join } from 'node:path';

import type { EdgeObservation, EdgeRoutes } from '../../core/edge.ts';
import type { EdgeSettings } from '../../core/integration.ts';
import type { EdgeArguments } from '../schema.ts';
import type { WorkerConfiguration } from '../worker-messages.ts';
import { type KeptCertificate, obtainCertificate, refreshCertificate } from './certificate-keeper.ts';
import { Crew } from './crew.ts';
import { Listeners } from './listeners.ts';
import type { RouteStore } from './route-store.ts';
import { totals } from './traffic-sum.ts';

const refreshEveryMs = 60_000;
const measureEveryMs = 1_000;

export interface PrimaryOptions {
  readonly arguments: EdgeArguments;
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
  #settings: EdgeSettings;
  #kept: KeptCertificate;
  /** Ends of the changes before: they are made one at a time. */
  #changes: Promise<unknown> = Promise.resolve();
  readonly #timers: NodeJS.Timeout[] = [];

  private constructor(options: PrimaryOptions, kept: KeptCertificate) {
    this.#options = options;
    this.#settings = options.arguments.settings;
    this.#kept = kept;
    this.#crew = new Crew(() => this.#workerConfiguration());
    this.#listeners = new Listeners((socket) => this.#crew.take(socket));
  }

  /** Listens, and returns when its workers serve. Throws `edge_port_in_use`, `edge_failed`. */
  static async start(options: PrimaryOptions): Promise<Primary> {
    const { settings, authorityFolder } = options.arguments;
    const primary = new Primary(options, await obtainCertificate(settings, authorityFolder));
    await primary.#listeners.open([options.port, ...primary.#previewPorts(options.store.routes)]);
    await primary.#crew.resize(settings.workers);
    primary.#timers.push(
      setInterval(() => void primary.#change(() => primary.#refreshCertificate()), refreshEveryMs),
      // A worker that is killed takes with it what it counted since it was last asked.
      setInterval(() => void primary.#crew.measure(), measureEveryMs),
    );
    return primary;
  }

  get caFile(): string | null {
    return this.#kept.caFile;
  }

  /** The switch: durable, then in force everywhere, then answered. Throws `route_stale`, `edge_port_in_use`. */
  put(routes: EdgeRoutes): Promise<void> {
    return this.#change(async () => {
      const { store, port } = this.#options;
      store.refuseStale(routes);
      const ports = [port, ...this.#previewPorts(routes)];
      await this.#listeners.open(ports);
      await store.write(routes);
      await this.#crew.put(routes);
      this.#listeners.keepOnly(ports);
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
    this.#changes = made.catch(() => {});
    return made;
  }

  async #refreshCertificate(): Promise<void> {
    const { authorityFolder } = this.#options.arguments;
    try {
      const fresh = await refreshCertificate(this.#kept, this.#settings, authorityFolder);
      if (fresh === null) return;
      this.#kept = fresh;
      this.#crew.setCertificate(fresh.certificate);
    } catch (error) {
      // The one in use stays in use; the reason stands in the log of the edge.
      process.stderr.write(`certificate not renewed: ${String(error)}\n`);
    }
  }

  #previewPorts(routes: EdgeRoutes): number[] {
    return Object.values(routes.table.previews);
  }

  #workerConfiguration(): WorkerConfiguration {
    const { folder, limits } = this.#options.arguments;
    const connections = Math.ceil(limits.connections / this.#settings.workers);
    return {
      limits: { ...limits, connections },
      certificate: this.#kept.certificate,
      ticketKeys: this.#ticketKeys,
      probeToken: this.#options.probeToken,
      accessLog: join(folder, 'access.log'),
      routes: this.#options.store.routes,
    };
  }
}
