import type { Component, Health } from '../core/definition/integration.ts';
import { parseSecretReference } from '../core/secrets/secret-reference.ts';
import { defaults } from './defaults.ts';
import { tidyPath } from './relative-path.ts';
import type { ComponentSection } from './schema/components.ts';
import type { EnvSection } from './schema/shape.ts';
import { durationMs } from './units.ts';

export function normalizeComponent(name: string, section: ComponentSection): Component {
  const { role, build, env, scope } = section;
  const isResident = scope === 'environment';
  return {
    name,
    role,
    path: tidyPath(section.path ?? '.'),
    build:
      build === undefined
        ? null
        : { run: build, timeoutMs: msOf(section.timeout ?? defaults.timeout), env: withoutSecrets(env) },
    run: section.run,
    dockerfile: section.dockerfile === undefined ? null : tidyPath(section.dockerfile),
    port: section.port ?? null,
    isPublic: section.public ?? false,
    health: healthOf(section),
    needs: section.needs ?? [],
    activation: section.active ?? (role === 'worker' && !isResident ? 'when-live' : 'always'),
    overlap: section.overlap ?? false,
    drainMs: msOf(section.drain ?? defaults.drain),
    exclude: section.exclude ?? [],
    ...(isResident ? { scope } : {}),
  };
}

function healthOf({ port, health }: ComponentSection): Health {
  const isJustAlive = port === undefined && health?.run === undefined;
  return {
    ready: health?.ready ?? null,
    live: health?.live ?? null,
    run: health?.run ?? null,
    seconds: health?.seconds ?? (isJustAlive ? defaults.aliveSeconds : defaults.readySeconds),
  };
}

/** What a build could read would end up in its artifact. */
function withoutSecrets(env: EnvSection | undefined): Readonly<Record<string, string>> {
  const kept = Object.entries(variables(env)).filter(([, value]) => parseSecretReference(value) === null);
  return Object.fromEntries(kept);
}

/** Variables as a process gets them. */
export function variables(...layers: readonly (EnvSection | undefined)[]): Readonly<Record<string, string>> {
  const entries = layers.flatMap((layer) => Object.entries(layer ?? {}));
  return Object.fromEntries(entries.map(([name, value]) => [name, String(value)]));
}

/** A duration that the schema has accepted. */
export function msOf(duration: string): number {
  return durationMs(duration) ?? 0;
}
