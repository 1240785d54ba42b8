import { componentInputs } from '../../../core/component-inputs.ts';
import type { PreparedComponent } from '../../../core/target.ts';
import { digestOf } from '../../../lib/canonical-json.ts';
import { type ObservedComponent, readyAddresses } from '../observation.ts';
import { Balancer } from './balancer.ts';
import { Replica, type ReplicaOptions } from './replica.ts';

/** A component of the deployment: its replicas, and the one address that the components which need it are given. */
export class RunningComponent {
  readonly definition: PreparedComponent;
  readonly replicas: readonly Replica[];
  readonly #balancer: Balancer | null;
  readonly #lastingPort: number | null;
  readonly #inputs: string;
  #url: string | null = null;

  /** @param lastingPort where it is reached; null: at any port that is free */
  constructor(
    definition: PreparedComponent,
    lastingPort: number | null,
    optionsOf: (index: number) => Omit<ReplicaOptions, 'component' | 'index'>,
  ) {
    this.definition = definition;
    this.#lastingPort = lastingPort;
    this.#inputs = digestOf(componentInputs(definition));
    this.replicas = Array.from(
      { length: definition.shape.replicas },
      (_, index) => new Replica({ component: definition, index, ...optionsOf(index) }),
    );
    this.#balancer = definition.port === null ? null : new Balancer(() => this.#readyPorts());
  }

  get observation(): ObservedComponent {
    const { name, isPublic, activation, artifact } = this.definition;
    const replicas = this.replicas.map(({ observation }) => observation);
    return { name, isPublic, activation, artifact, inputs: this.#inputs, replicas };
  }

  get isReady(): boolean {
    return this.replicas.every(({ observation }) => observation.state === 'ready');
  }

  /** The balanced address, once `listen` has resolved; null for a component without a port. */
  get url(): string | null {
    return this.#url;
  }

  async listen(): Promise<void> {
    if (this.#balancer === null) return;
    this.#url = `http://127.0.0.1:${await this.#balancer.listen(this.#lastingPort)}`;
  }

  start(): void {
    for (const replica of this.replicas) replica.start();
  }

  /** Resolves when no replica runs any more. The address stays. */
  async stop(): Promise<void> {
    await Promise.all(this.replicas.map((replica) => replica.stop()));
  }

  close(): void {
    this.#balancer?.close();
  }

  #readyPorts(): readonly number[] {
    return readyAddresses(this.observation.replicas).map((address) => Number(address.split(':')[1]));
  }
}
