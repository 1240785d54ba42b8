import { join } from 'node:path';

import type { PreparedComponent } from '../../../core/places/target.ts';
import type { Address, Door, ReplicaRuntime, Runtime, Surroundings } from '../../supervised/runtime.ts';
import { Balancer } from '../../supervised/supervisor/balancer.ts';
import type { RuntimeFacts } from '../../supervised/supervisor/supervise.ts';
import { removeGroup } from './control-group.ts';
import { LeftoversFile } from './leftovers.ts';
import { Limits } from './limits.ts';
import { ProcessReplica } from './replica-runtime.ts';

/** Runs replicas as process groups, and notes in a file what would be left behind if this process were killed. */
export class ProcessRuntime implements Runtime {
  readonly surroundings: Surroundings;
  readonly #options: RuntimeFacts;
  readonly #replicas: ProcessReplica[] = [];
  readonly #leftovers: LeftoversFile;

  constructor(options: RuntimeFacts) {
    const { folder, nodeFolder, preparation, onProblem } = options;
    this.#options = options;
    this.#leftovers = new LeftoversFile(folder.leftovers, onProblem);
    this.surroundings = {
      base: preparation.baseEnv,
      path: nodeFolder === null ? [] : [nodeFolder],
      host: '127.0.0.1',
      data: preparation.resident === undefined ? null : folder.data,
    };
  }

  door(ready: () => readonly Address[]): Door {
    const balancer = new Balancer(ready);
    return {
      listen: async (lastingPort) => `http://127.0.0.1:${await balancer.listen(lastingPort)}`,
      close: () => balancer.close(),
    };
  }

  async replica({ name, run, shape }: PreparedComponent, index: number): Promise<ReplicaRuntime> {
    const { folder, start } = this.#options;
    const limits = await Limits.apply({
      root: folder.root,
      component: name,
      index,
      resources: shape.resources,
    });
    const onChange = (): void => this.#note();
    const takenPorts = (): ReadonlySet<number> => new Set(this.#replicas.flatMap(({ port }) => port ?? []));
    const cwd = join(start, name);
    const replica = new ProcessReplica({ command: run, cwd, limits, takenPorts, onChange });
    this.#replicas.push(replica);
    this.#note();
    return replica;
  }

  async close(): Promise<void> {
    await Promise.all(this.#controlGroups().map(removeGroup));
  }

  #note(): void {
    this.#leftovers.record({
      processGroups: this.#replicas.flatMap(({ process }) => process ?? []),
      controlGroups: this.#controlGroups(),
    });
  }

  #controlGroups(): readonly string[] {
    return this.#replicas.flatMap(({ controlGroups }) => controlGroups);
  }
}
