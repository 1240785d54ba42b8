import type { Path } from '../spec/fault.ts';
import type { EnvironmentRole, SpecValue } from './question.ts';

/** The environments that templates may name; null: there is none at that position. */
export interface EnvironmentNames {
  readonly environment: string | null;
  readonly first: string | null;
  readonly 'before-last': string | null;
  readonly last: string | null;
}

export function environmentNames(
  environments: readonly string[],
  role: EnvironmentRole | undefined,
): EnvironmentNames {
  const names = {
    first: environments[0] ?? null,
    'before-last': environments.at(-2) ?? null,
    last: environments.at(-1) ?? null,
  };
  return { ...names, environment: role === undefined ? null : names[role] };
}

const placeholder = /\{(environment|first|before-last|last)\}/g;

/** A path with names put in, as its keys; null when an environment is not there. No key of a definition has dots. */
export function settingPath(template: string, names: EnvironmentNames): Path | null {
  const steps = template.split('.').map((step) => withNames(step, names));
  return steps.includes(null) ? null : steps.filter((step) => step !== null);
}

/** The same for the texts in a value that is written. */
export function settingValue(value: SpecValue, names: EnvironmentNames): SpecValue {
  if (typeof value === 'string') return withNames(value, names) ?? value;
  if (typeof value !== 'object') return value;
  if (isList(value)) return value.map((item) => settingValue(item, names));
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, settingValue(item, names)]));
}

function withNames(text: string, names: EnvironmentNames): string | null {
  let isWhole = true;
  const filled = text.replaceAll(placeholder, (found, role: string) => {
    const name = isRole(role) ? names[role] : null;
    isWhole &&= name !== null;
    return name ?? found;
  });
  return isWhole ? filled : null;
}

function isRole(text: string): text is keyof EnvironmentNames {
  return ['environment', 'first', 'before-last', 'last'].includes(text);
}

function isList(value: SpecValue): value is readonly SpecValue[] {
  return Array.isArray(value);
}
