import { join } from 'node:path';

import { startable, stoppable } from '../../../core/start-order.ts';
import type { Observation, Preparation } from '../../../core/target.ts';
import { observationOf } from '../observation.ts';
import type { Launch } from '../supervisor-record.ts';
import { componentEnv } from './component-env.ts';
import { LogFile } from './log-file.ts';
import { RunningComponent } from './running-component.ts';
import type { RecordedGroup } from '../recorded-groups.ts';

export interface SupervisorOptions {
  readonly preparation: Preparation;
  readonly launch: Launch;
  /** Folder with one folder of files per component. */
  readonly bundles: string;
  readonly logs: string;
  readonly workersActive: boolean;
  /** Told the process groups that run, whenever they change. */
  readonly onGroups: (groups: readonly RecordedGroup[]) => void;
  readonly onProblem: (error: unknown) => void;
}

/** Keeps the components of one deployment running, each started once all that it needs is ready. */
export class Supervisor {
  readonly #options: SupervisorOptions;
  readonly #components: readonly RunningComponent[];
  readonly #logs: LogFile[] = [];
  readonly #started = new Set<string>();
  #workersActive: boolean;
  #wasReady = false;
  #stopped: Promise<void> | null = null;
  #workersStopped: Promise<void> = Promise.resolve();

  constructor(options: SupervisorOptions) {
    this.#options = options;
    this.#workersActive = options.workersActive;
    this.#components = options.preparation.components.map((definition) => this.#component(definition));
  }

  get preparation(): Preparation {
    return this.#options.preparation;
  }

  get components(): readonly RunningComponent[] {
    return this.#components;
  }

  get observation(): Observation {
    return observationOf({
      components: this.#components.map(({ observation }) => observation),
      wasReady: this.#wasReady,
      workersActive: this.#workersActive,
    });
  }

  async start(): Promise<void> {
    await Promise.all(this.#components.map((component) => component.listen()));
    this.#advance();
  }

  startWorkers(): void {
    if (this.#workersActive || this.#stopped !== null) return;
    this.#workersActive = true;
    // Ones that are still ending must be gone before new ones start.
    void this.#workersStopped.then(() => this.#advance());
  }

  /** Resolves when no worker runs any more. */
  stopWorkers(): Promise<void> {
    this.#workersActive = false;
    const workers = this.#components.filter(({ definition }) => definition.activation === 'when-live');
    this.#workersStopped = Promise.all(workers.map((worker) => worker.stop())).then(() => {
      for (const { definition } of workers) this.#started.delete(definition.name);
    });
    return this.#workersStopped;
  }

  /** Ends all components, dependents first; resolves when nothing of the deployment runs any more. */
  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  async #stop(): Promise<void> {
    const definitions = this.#components.map(({ definition }) => definition);
    const running = new Set(definitions.map(({ name }) => name));
    const stopping = new Map<string, Promise<void>>();
    while (running.size > 0) {
      for (const name of stoppable(definitions, running)) {
        if (stopping.has(name)) continue;
        const gone = this.#named(name).stop();
        stopping.set(
          name,
          gone.then(() => void running.delete(name)),
        );
      }
      await Promise.race([...running].flatMap((name) => stopping.get(name) ?? []));
    }
    for (const component of this.#components) component.close();
    await Promise.all(this.#logs.map((log) => log.close()));
  }

  /** Starts what may start now. Called after every change. */
  #advance(): void {
    this.#options.onGroups(this.#groups());
    if (this.#stopped !== null) return;
    const wanted = this.#components.filter(
      ({ definition }) => definition.activation === 'always' || this.#workersActive,
    );
    const ready = new Set(wanted.filter(({ isReady }) => isReady).map(({ definition }) => definition.name));
    const definitions = wanted.map(({ definition }) => definition);
    for (const name of startable(definitions, { started: this.#started, ready })) {
      this.#started.add(name);
      this.#named(name).start();
    }
    this.#wasReady ||= definitions.every(
      ({ activation, name }) => activation === 'when-live' || ready.has(name),
    );
  }

  #component(definition: Preparation['components'][number]): RunningComponent {
    const { launch, preparation, bundles } = this.#options;
    return new RunningComponent(definition, (index) => ({
      cwd: join(bundles, definition.name),
      env: (port) =>
        componentEnv({
          deployment: preparation,
          baseEnv: preparation.baseEnv,
          nodeFolder: launch.nodeFolder,
          component: definition,
          port,
          urls: this.#urls(),
        }),
      log: this.#log(definition.name, index),
      takenPorts: () => new Set(this.#replicas().flatMap(({ port }) => port ?? [])),
      onChange: () => this.#advance(),
    }));
  }

  #log(component: string, replica: number): LogFile {
    const { launch, logs, preparation, onProblem } = this.#options;
    const { deployment } = preparation;
    const log = new LogFile({ folder: logs, deployment, component, replica, ...launch.logs, onProblem });
    this.#logs.push(log);
    return log;
  }

  #urls(): Readonly<Record<string, string>> {
    return Object.fromEntries(
      this.#components.flatMap(({ definition, url }) => (url === null ? [] : [[definition.name, url]])),
    );
  }

  #replicas(): readonly RunningComponent['replicas'][number][] {
    return this.#components.flatMap(({ replicas }) => replicas);
  }

  #groups(): readonly RecordedGroup[] {
    return this.#replicas().flatMap(({ group }) => group ?? []);
  }

  #named(name: string): RunningComponent {
    const component = this.#components.find(({ definition }) => definition.name === name);
    if (component === undefined) throw new Error(`no component ${name}`);
    return component;
  }
}
