import { redactData, type Redactor } from '../../../core/secrets/redaction.ts';
import { startable, stoppable } from '../../../core/definition/start-order.ts';
import type { DeploymentFigures, Observation, Preparation } from '../../../core/places/target.ts';
import { absent, observationOf } from '../observation.ts';
import type { Runtime } from '../runtime.ts';
import type { Launch } from '../supervisor-record.ts';
import { componentEnv } from './component-env.ts';
import { LogFile } from './log-file.ts';
import { renderMetrics, type ReplicaSample } from './metrics.ts';
import { usesOf } from './process-use.ts';
import { RunningComponent } from './running-component.ts';

export interface SupervisorOptions {
  readonly preparation: Preparation;
  readonly runtime: Runtime;
  /** Folder of the stored lines, and how many are kept. */
  readonly logs: Launch['logs'] & { readonly folder: string };
  readonly workersActive: boolean;
  /** Values by the references of the preparation; in memory only. */
  readonly secrets: Readonly<Record<string, string>>;
  readonly redactor: Redactor;
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
  #isOver = false;
  #workersStopped: Promise<void> = Promise.resolve();

  constructor(options: SupervisorOptions) {
    this.#options = options;
    this.#workersActive = options.workersActive;
    this.#components = options.preparation.components.map((definition) => this.#component(definition));
  }

  /** Whether it was told to end: it starts nothing any more, and a start has to wait for another one. */
  get isEnding(): boolean {
    return this.#stopped !== null;
  }

  get observation(): Observation {
    if (this.#isOver) return absent;
    const seen = observationOf({
      components: this.#components.map(({ observation }) => observation),
      wasReady: this.#wasReady,
      workersActive: this.#workersActive,
    });
    // A reason may quote the last line of a check.
    return redactData(seen, this.#options.redactor);
  }

  /** In the Prometheus text format. */
  async metrics(): Promise<string> {
    return renderMetrics(this.#options.preparation, await this.#samples());
  }

  async figures(): Promise<DeploymentFigures> {
    return { at: new Date().toISOString(), replicas: await this.#samples() };
  }

  async #samples(): Promise<readonly ReplicaSample[]> {
    const uses = await usesOf(this.#replicas().flatMap(({ process }) => process?.pid ?? []));
    return this.#replicas().map((replica) => replica.sample(uses));
  }

  /** Takes the addresses of the components. */
  async listen(): Promise<void> {
    await Promise.all(this.#components.map((component) => component.listen()));
  }

  start(): void {
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
    this.#isOver = true;
    for (const component of this.#components) component.close();
    await this.#options.runtime.close();
    await Promise.all(this.#logs.map((log) => log.close()));
  }

  /** Starts what may start now. Called after every change. */
  #advance(): void {
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
    const { preparation, runtime } = this.#options;
    const lastingPort = preparation.resident?.port ?? null;
    return new RunningComponent(definition, { lastingPort, runtime }, (index) => ({
      deployment: preparation.deployment,
      env: (port) =>
        componentEnv({
          deployment: preparation,
          surroundings: runtime.surroundings,
          component: definition,
          secrets: this.#options.secrets,
          port,
          urls: this.#urls(),
        }),
      log: this.#log(definition.name, index),
      onChange: () => this.#advance(),
    }));
  }

  #log(component: string, replica: number): LogFile {
    const { logs, preparation, onProblem, redactor } = this.#options;
    const { deployment } = preparation;
    const log = new LogFile({ deployment, component, replica, ...logs, onProblem, redactor });
    this.#logs.push(log);
    return log;
  }

  #urls(): Readonly<Record<string, string>> {
    const own = this.#components.flatMap(({ definition, url }) =>
      url === null ? [] : [[definition.name, url] as const],
    );
    return { ...this.#options.preparation.urls, ...Object.fromEntries(own) };
  }

  #replicas(): readonly RunningComponent['replicas'][number][] {
    return this.#components.flatMap(({ replicas }) => replicas);
  }

  #named(name: string): RunningComponent {
    const component = this.#components.find(({ definition }) => definition.name === name);
    if (component === undefined) throw new Error(`no component ${name}`);
    return component;
  }
}
