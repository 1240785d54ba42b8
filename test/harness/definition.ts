import type {
  Component,
  ComponentShape,
  EnvironmentDefinition,
  IntegrationDefinition,
  Policy,
  Suite,
} from '../../src/core/definition/integration.ts';

/** A definition as `src/spec/` would produce it: one public component, and what a test says about environments. */
export function definitionOf(
  key: string,
  environments: readonly {
    readonly name: string;
    readonly policy?: Partial<Policy>;
    readonly env?: ComponentShape['env'];
  }[],
  components: readonly Component[] = [componentOf({ name: 'web' })],
): IntegrationDefinition {
  return {
    key,
    name: key,
    emoji: '🎫',
    owners: [],
    folder: '.',
    also: [],
    trigger: { branch: 'main', to: environments.at(-1)?.name ?? '' },
    nodeVersion: null,
    components,
    agent: null,
    setup: null,
    suites: suitesOf(environments.flatMap(({ policy }) => policy?.gates ?? [])),
    performance: null,
    environments: environments.map(({ name, policy, env = {} }, at) =>
      environmentOf({
        name,
        isLast: at === environments.length - 1,
        policy,
        shapes: shapesOf(components, env),
      }),
    ),
  };
}

function shapesOf(
  components: readonly Component[],
  env: ComponentShape['env'],
): EnvironmentDefinition['shapes'] {
  const shape = { replicas: 1, env, resources: { cpuMillis: null, memoryBytes: null } };
  return Object.fromEntries(components.map(({ name }) => [name, shape]));
}

/** The tests that a definition must have for its gates. */
export function suitesOf(gates: readonly string[]): Readonly<Record<string, Suite>> {
  const builtIn = new Set(['uat', 'rollback-rehearsal', 'performance']);
  return Object.fromEntries(
    gates
      .filter((gate) => !builtIn.has(gate))
      .map((name) => [
        name,
        { name, run: 'true', report: null, writes: false, timeoutMs: 1000, env: {} } satisfies Suite,
      ]),
  );
}

export function componentOf(own: Partial<Component> & { readonly name: string }): Component {
  return {
    role: 'service',
    path: '.',
    build: null,
    run: 'node main.js',
    dockerfile: null,
    port: 8080,
    isPublic: true,
    health: { ready: '/', live: null, run: null, seconds: 30 },
    needs: [],
    activation: 'always',
    overlap: false,
    drainMs: 0,
    exclude: [],
    ...own,
  };
}

/** An environment of this machine that asks for nothing, but for what a test says. */
export function environmentOf({
  policy = {},
  ...own
}: Partial<Omit<EnvironmentDefinition, 'policy'>> & {
  readonly name: string;
  readonly policy?: Partial<Policy> | undefined;
}): EnvironmentDefinition {
  return {
    isLast: false,
    target: 'process',
    mirrors: null,
    differs: {},
    strategy: 'blue-green',
    shapes: {},
    edge: { port: null, cert: null, key: null, workers: 1 },
    policy: { ...nothingAsked, ...policy },
    ...own,
  };
}

const nothingAsked: Policy = {
  gates: [],
  approval: null,
  approvalNone: null,
  uat: null,
  watch: null,
  performance: null,
  buildGates: [],
  keepPreviousMs: 3_600_000,
  self: null,
  users: 'external',
};
