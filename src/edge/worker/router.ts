import type { EdgeRoutes } from '../../core/switching/edge.ts';
import { namedDeployments, shareAt } from '../../core/switching/route-table.ts';
import type { EdgeLimits } from '../limits.ts';
import type { Traffic, TrafficCount } from '../worker-messages.ts';
import { Deployment } from './deployment.ts';
import type { TrafficCounter } from './traffic.ts';

/** Counters of deployments that left the table long ago are dropped, oldest first, beyond this many. */
const rememberedDeployments = 100;

/** Where a request goes: the deployment, and whom it counts for. */
export interface Route {
  readonly deployment: Deployment;
  readonly counter: TrafficCounter;
}

/** Decides for every request which deployment answers it. */
export class Router {
  readonly #limits: EdgeLimits;
  /** In the order in which they were first routed to. */
  readonly #deployments = new Map<string, Deployment>();
  #split: EdgeRoutes['table']['rules'][number]['split'] = [];
  #stable: Route | null = null;
  #previews: ReadonlyMap<number, Route> = new Map();
  #previewPorts: ReadonlySet<number> = new Set();

  constructor(limits: EdgeLimits) {
    this.#limits = limits;
  }

  /** From here on requests go by these routes. What is open stays where it began. */
  put({ table, backends }: EdgeRoutes): void {
    const named = namedDeployments(table);
    for (const id of named) this.#deployment(id).setBackends(backends[id] ?? [], this.#limits);
    for (const [id, deployment] of this.#deployments) {
      if (!named.has(id)) deployment.setBackends([], this.#limits);
    }
    this.#split = table.rules.at(-1)?.split ?? [];
    const [only] = this.#split;
    this.#stable = only === undefined ? null : this.#publicRoute(only.deployment);
    this.#previews = new Map(
      Object.entries(table.previews).map(([id, port]) => [port, this.#previewRoute(id)]),
    );
    this.#previewPorts = new Set([...this.#previewPorts, ...this.#previews.keys()]);
    this.#forget(named);
  }

  /** The route of a request that came in at `port`; null when nothing answers there. */
  route(port: number): Route | null {
    if (this.#previewPorts.has(port)) return this.#previews.get(port) ?? null;
    if (this.#split.length < 2) return this.#stable;
    const id = shareAt(this.#split, Math.random());
    return id === null ? null : this.#publicRoute(id);
  }

  /** Whether a port is, or was, that of a preview: a connection to it may outlive the preview. */
  isPreview(port: number): boolean {
    return this.#previewPorts.has(port);
  }

  measure(): Omit<Traffic, 'refused'> {
    const deployments: Record<string, TrafficCount> = {};
    const previews: Record<string, TrafficCount> = {};
    for (const { id, traffic, preview } of this.#deployments.values()) {
      deployments[id] = { ...traffic.read(), active: traffic.active + preview.active };
      if (!preview.isUnused) previews[id] = preview.read();
    }
    return { deployments, previews };
  }

  #deployment(id: string): Deployment {
    const known = this.#deployments.get(id);
    if (known !== undefined) return known;
    const deployment = new Deployment(id);
    this.#deployments.set(id, deployment);
    return deployment;
  }

  #publicRoute(id: string): Route {
    const deployment = this.#deployment(id);
    return { deployment, counter: deployment.traffic };
  }

  #previewRoute(id: string): Route {
    const deployment = this.#deployment(id);
    return { deployment, counter: deployment.preview };
  }

  #forget(named: ReadonlySet<string>): void {
    let surplus = this.#deployments.size - rememberedDeployments;
    for (const [id, deployment] of this.#deployments) {
      if (surplus <= 0) return;
      if (named.has(id) || !deployment.isIdle) continue;
      this.#deployments.delete(id);
      surplus -= 1;
    }
  }
}
