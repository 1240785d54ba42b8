import type { PreparedComponent } from '../../../core/target.ts';

/** A component for tests: one replica that serves, unless told otherwise. */
export function preparedComponent(
  name: string,
  given: Partial<PreparedComponent> & { readonly env?: Readonly<Record<string, string>> } = {},
): PreparedComponent {
  const { env = {}, ...own } = given;
  return {
    name,
    role: 'service',
    path: name,
    build: null,
    run: 'node main.mjs',
    dockerfile: null,
    port: 8080,
    isPublic: false,
    health: { ready: '/ready', live: null, run: null, seconds: 10 },
    needs: [],
    activation: 'always',
    overlap: false,
    drainMs: 1000,
    exclude: [],
    artifact: 'sha256:00',
    shape: { replicas: 1, env, resources: { cpuMillis: null, memoryBytes: null } },
    ...own,
  };
}
