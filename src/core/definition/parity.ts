import type { EnvironmentDefinition, IntegrationDefinition } from './integration.ts';
import { parseSecretReference } from '../secrets/secret-reference.ts';

/** A line of `check`: where an environment is not like the one that serves end users. */
export interface ParityLine {
  /** `environments.staging.replicas`, or below one component when only that one differs. */
  readonly path: string;
  readonly reason: string;
}

interface Difference {
  /** `null` for what belongs to the environment as a whole. */
  readonly component: string | null;
  /** `replicas`, `env.LOG_LEVEL`, `resources.cpu`, … */
  readonly key: string;
  readonly here: string;
  readonly there: string;
}

/**
 * What tests in each earlier environment cannot tell about production: every difference in shape between an
 * environment and the one it mirrors, or the last one when it mirrors none, with the reason that the definition gives.
 */
export function parityOf({
  environments,
}: Pick<IntegrationDefinition, 'environments'>): readonly ParityLine[] {
  const last = environments.at(-1);
  return environments.flatMap((environment) => {
    const original = environments.find(({ name }) => name === environment.mirrors) ?? last;
    if (original === undefined || original.name === environment.name) return [];
    return linesOf(environment, original);
  });
}

function linesOf(environment: EnvironmentDefinition, original: EnvironmentDefinition): readonly ParityLine[] {
  const groups = Map.groupBy(differencesOf(environment, original), ({ key, here, there, component }) => {
    const path = statedPath(environment, component, key);
    return JSON.stringify({ path, key, here, there });
  });
  return [...groups.values()].map((group) => lineOf(group, environment, original));
}

function lineOf(
  group: readonly Difference[],
  environment: EnvironmentDefinition,
  original: EnvironmentDefinition,
): ParityLine {
  const [{ component, key, here, there } = { component: null, key: '', here: '', there: '' }] = group;
  const stated = statedPath(environment, component, key);
  const names = group.flatMap((difference) => difference.component ?? []);
  const path = stated ?? (names.length === 1 ? `components.${names.join()}.${key}` : key);
  const who = names.length === 0 || path.startsWith('components.') ? '' : ` (${names.join(', ')})`;
  const comparison = `${here} instead of ${there}${who}`;
  return {
    path: `environments.${environment.name}.${path}`,
    reason: `${comparison}: ${isOtherSecret(here, there) ? 'another secret for the same key' : reasonOf(stated, environment, original)}`,
  };
}

/** Secrets of environments are different values by nature, which needs no reason. */
function isOtherSecret(here: string, there: string): boolean {
  const [own, original] = [here, there].map((text) => parseSecretReference(text.replaceAll('"', '')));
  return own?.key !== undefined && own.key === original?.key && own.provider === original.provider;
}

function reasonOf(
  stated: string | null,
  environment: EnvironmentDefinition,
  original: EnvironmentDefinition,
): string {
  if (stated !== null) return environment.differs[stated] ?? '';
  if (environment.mirrors === null) return `${environment.name} does not mirror ${original.name}`;
  return 'no reason given';
}

/** The most telling path for which the definition gives a reason; null when it gives none. */
function statedPath(
  { differs }: EnvironmentDefinition,
  component: string | null,
  key: string,
): string | null {
  const own = component === null ? [] : [...prefixes(`components.${component}.${key}`)];
  return [...own, ...prefixes(key)].find((path) => Object.hasOwn(differs, path)) ?? null;
}

/** `a.b.c`, `a.b`, `a` */
function prefixes(path: string): readonly string[] {
  const steps = path.split('.');
  return steps.map((_, index) => steps.slice(0, steps.length - index).join('.'));
}

function differencesOf(
  environment: EnvironmentDefinition,
  original: EnvironmentDefinition,
): readonly Difference[] {
  const whole = (['target', 'strategy'] as const).map((key) => ({
    component: null,
    key,
    here: environment[key],
    there: original[key],
  }));
  const components = Object.keys(original.shapes).flatMap((component) => {
    const here = flatShape(environment, component);
    const there = flatShape(original, component);
    const keys = [...new Set([...there.keys(), ...here.keys()])];
    return keys.map((key) => ({
      component,
      key,
      here: here.get(key) ?? 'nothing',
      there: there.get(key) ?? 'nothing',
    }));
  });
  return [...whole, ...components].filter(({ here, there }) => here !== there);
}

function flatShape(environment: EnvironmentDefinition, component: string): ReadonlyMap<string, string> {
  const shape = environment.shapes[component];
  if (shape === undefined) return new Map();
  const { cpuMillis, memoryBytes } = shape.resources;
  return new Map([
    ['replicas', String(shape.replicas)],
    ['resources.cpu', cpuMillis === null ? 'no limit' : `${cpuMillis}m`],
    ['resources.memory', memoryBytes === null ? 'no limit' : memoryText(memoryBytes)],
    ...Object.entries(shape.env).map(([name, value]) => [`env.${name}`, JSON.stringify(value)] as const),
  ]);
}

function memoryText(bytes: number): string {
  const mebibytes = bytes / 2 ** 20;
  return Number.isInteger(mebibytes) ? `${mebibytes}Mi` : `${bytes} bytes`;
}
