import { expect } from 'vitest';

import type { Health } from '../../src/core/definition/integration.ts';
import type {
  ComponentLogLine,
  DeploymentRef,
  PreparedComponent,
  Preparation,
  Target,
} from '../../src/core/places/target.ts';
import { waitUntil } from '../../src/lib/wait-until.ts';

/** What a kind of target gives the conformance suite to work with. */
export interface TargetHarness extends AsyncDisposable {
  readonly target: Target;
  /** PATH and the like, so that `node` is found. */
  readonly baseEnv: Readonly<Record<string, string>>;
  /** Makes an artifact of these files, contents by name, and returns its digest. */
  artifact(files: Readonly<Record<string, string>>): Promise<string>;
}

export interface FixtureComponent {
  readonly name: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly needs?: readonly string[];
  readonly replicas?: number;
  readonly run?: string;
  readonly port?: number | null;
  readonly health?: Partial<Health>;
  readonly activation?: PreparedComponent['activation'];
  readonly drainMs?: number;
  readonly isPublic?: boolean;
  readonly memoryBytes?: number;
  readonly cpuMillis?: number;
}

/** A component that runs `main.mjs` of the artifact; it has a port unless told otherwise. */
export function component(artifact: string, fixture: FixtureComponent): PreparedComponent {
  const port = fixture.port === undefined ? 8080 : fixture.port;
  return {
    name: fixture.name,
    role: fixture.activation === 'when-live' ? 'worker' : 'service',
    path: fixture.name,
    build: null,
    run: fixture.run ?? 'node main.mjs',
    dockerfile: null,
    port,
    isPublic: fixture.isPublic ?? false,
    health: {
      ready: port === null ? null : '/ready',
      live: null,
      run: null,
      seconds: port === null ? 0.2 : 10,
      ...fixture.health,
    },
    needs: fixture.needs ?? [],
    activation: fixture.activation ?? 'always',
    overlap: false,
    drainMs: fixture.drainMs ?? 3000,
    exclude: [],
    artifact,
    shape: {
      replicas: fixture.replicas ?? 1,
      env: { NAME: fixture.name, ...fixture.env },
      resources: { cpuMillis: fixture.cpuMillis ?? null, memoryBytes: fixture.memoryBytes ?? null },
    },
  };
}

export function preparation(
  deployment: string,
  components: readonly PreparedComponent[],
  baseEnv: Readonly<Record<string, string>>,
): Preparation {
  return {
    integration: 'triage-desk',
    environment: 'production',
    deployment,
    release: 'sha256:0000000000000000000000000000000000000000000000000000000000000000',
    components,
    baseEnv,
  };
}

/** A signal that no test outlives. */
export function soon(seconds = 30): AbortSignal {
  return AbortSignal.timeout(seconds * 1000);
}

export async function ask(address: string | undefined, path: string): Promise<Record<string, unknown>> {
  const response = await fetch(`http://${address}${path}`, {
    signal: soon(10),
    headers: { connection: 'close' },
  });
  if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
  return (await response.json()) as Record<string, unknown>;
}

export async function storedLines(
  target: Target,
  deployment: DeploymentRef,
  query: { readonly component?: string; readonly tail?: number } = {},
): Promise<readonly ComponentLogLine[]> {
  const { component = null, tail = null } = query;
  const lines: ComponentLogLine[] = [];
  for await (const line of target.logs({ ...ref(deployment), component, tail, follow: false }, soon()))
    lines.push(line);
  return lines;
}

export function ref({ integration, environment, deployment }: DeploymentRef): DeploymentRef {
  return { integration, environment, deployment };
}

/** Waits until a condition on the deployment holds; the last observation is part of the failure. */
export async function untilObserved(
  target: Target,
  deployment: DeploymentRef,
  matches: (observation: Awaited<ReturnType<Target['observe']>>) => boolean,
): Promise<Awaited<ReturnType<Target['observe']>>> {
  let last = await target.observe(ref(deployment), soon());
  const look = async () => {
    last = await target.observe(ref(deployment), soon());
    return matches(last) ? last : null;
  };
  try {
    return await waitUntil(look, { timeoutMs: 20_000, everyMs: 50, what: 'the observation', hint: '' });
  } catch (error) {
    expect.soft(last).toBe('as expected');
    throw error;
  }
}

/** Waits until a line is stored, and returns all. */
export async function untilStored(
  target: Target,
  deployment: DeploymentRef,
  text: string,
): Promise<readonly ComponentLogLine[]> {
  const look = async () => {
    const lines = await storedLines(target, deployment);
    return lines.some(({ line }) => line === text) ? lines : null;
  };
  return waitUntil(look, { timeoutMs: 10_000, what: `the line ${text}`, hint: '' });
}
