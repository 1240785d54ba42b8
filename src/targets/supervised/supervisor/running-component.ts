import { componentInputs } from '../../../core/definition/component-inputs.ts';
import type { PreparedComponent } from '../../../core/places/target.ts';
import { digestOf } from '../../../lib/canonical-json.ts';
import type { ObservedComponent } from '../observation.ts';
import type { Address, Door, Runtime } from '../runtime.ts';
import { Replica, type ReplicaOptions } from './replica.ts';

/** A component of the deployment: its replicas, and the one address that the components which need it are given. */
export class RunningComponent {
  readonly definition: PreparedComponent;
  readonly replicas: readonly Replica[];
  readonly #door: Door | null;
  readonly #lastingPort: number | null;
  readonly #inputs: string;
  #url: string | null = null;

  /** @param lastingPort where it is reached; null: at any port that is free */
  constructor(
    definition: PreparedComponent,
    { lastingPort, runtime }: { readonly lastingPort: number | null; readonly runtime: Runtime },
    optionsOf: (index: number) => Omit<ReplicaOptions, 'component' | 'index' | 'runtime'>,
  ) {
    this.definition = definition;
    this.#lastingPort = lastingPort;
    this.#inputs = digestOf(componentInputs(definition));
    this.replicas = Array.from(
      { length: definition.shape.replicas },
      (_, index) =>
        new Replica({
          component: definition,
          index,
          runtime: () => runtime.replica(definition, index),
          ...optionsOf(index),
        }),
    );
    this.#door = definition.port === null ? null : runtime.door(() => this.#ready());
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
    if (this.#door !== null) this.#url = await this.#door.listen(this.#lastingPort);
  }

  start(): void {
    for (const replica of this.replicas) replica.start();
  }

  /** Resolves when no replica runs any more. The address stays. */
  async stop(): Promise<void> {
    await Promise.all(this.replicas.map((replica) => replica.stop()));
  }

  close(): void {
    this.#door?.close();
  }

  #ready(): readonly Address[] {
    return this.replicas.flatMap(({ address, observation }) =>
      observation.state === 'ready' && address !== null ? [address] : [],
    );
  }
}
