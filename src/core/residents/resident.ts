import { componentInputs } from '../definition/component-inputs.ts';
import type { Component } from '../definition/integration.ts';
import { type Ordered, startable } from '../definition/start-order.ts';
import type { Preparation, ResidentPreparation } from '../places/target.ts';

/**
 * A *resident* is a component with `scope: environment`: it exists once per environment, keeps its data in `DATA_DIR`,
 * and outlives deployments. It is changed in place by a stage of its own; a switch or a rollback leaves it as it is.
 */
export function isResident({ scope }: Pick<Component, 'scope'>): boolean {
  return scope === 'environment';
}

/** What each deployment has of its own. */
export function deployedOf<T extends Pick<Component, 'scope'>>(components: readonly T[]): readonly T[] {
  return components.filter((component) => !isResident(component));
}

/** In the order in which they start: what is needed comes first. */
export function residentsOf<T extends Pick<Component, 'scope' | 'name' | 'needs'>>(
  components: readonly T[],
): readonly T[] {
  return inOrderOfNeeds(components.filter(isResident));
}

/**
 * What is needed comes first. Those of different releases may need each other in a circle: they come last, as they are.
 */
export function inOrderOfNeeds<T extends Ordered>(components: readonly T[]): readonly T[] {
  const ordered: T[] = [];
  for (;;) {
    const names = new Set(ordered.map(({ name }) => name));
    const next = startable(components, { started: names, ready: names });
    if (next.length === 0) return [...ordered, ...components.filter(({ name }) => !names.has(name))];
    ordered.push(...components.filter(({ name }) => next.includes(name)));
  }
}

/** What it is called where deployments are named: `production-store`. */
export function residentId(environment: string, component: string): string {
  return `${environment}-${component}`;
}

/** The one address for every deployment of the environment, on a place where all of them share this machine. */
export function residentUrl(port: number): string {
  return `http://127.0.0.1:${port}`;
}

/** The residents of whose addresses the components of a preparation are told. */
export function neededResidents({
  components,
  urls = {},
}: Pick<Preparation, 'components' | 'urls'>): readonly string[] {
  const needs = new Set(components.flatMap((component) => component.needs));
  return Object.keys(urls).filter((name) => needs.has(name));
}

/**
 * What makes a resident another one, so that it has to be started anew: how it runs and with which Node, its artifact,
 * its configuration with the versions of its secrets, and the addresses that it is given. How its artifact came about
 * does not count, nor does which release or person brought it, whose PATH is therefore none of it.
 */
export function residentInputs({ components, urls = {}, resident }: ResidentPreparation): object {
  return { components: components.map(componentInputs), urls, resident };
}

/** In a sentence, what a person must know before a resident changes. */
export function residentNotice({
  component,
  environment,
  isNew,
}: {
  readonly component: string;
  readonly environment: string;
  readonly isNew: boolean;
}): string {
  return isNew
    ? `Starts ${component}, which exists once in ${environment}: a rollback does not end it.`
    : `Changes ${component}, which exists once in ${environment}: it ends and starts again before the candidate does, ` +
        'what is live uses the new one from then on, and a rollback does not bring the former one back.';
}

/** The same of one that a release does not have any more. */
export function residentLeftNotice({
  component,
  environment,
}: {
  readonly component: string;
  readonly environment: string;
}): string {
  return `It has no ${component} any more, which exists once in ${environment}: that stays as it is, with its data.`;
}
