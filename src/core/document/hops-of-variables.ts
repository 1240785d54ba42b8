import type { EnvironmentDefinition } from '../definition/integration.ts';
import { isSecretText } from '../secrets/secret-reference.ts';
import type { DocumentFacts } from './facts.ts';
import type { Hop } from './hop.ts';
import { isOnLoopback, namedAddress } from './named-address.ts';

/** A variable that names where to go by its name. */
const namesAddress = /(?:^|_)(?:URL|URI|DSN|ENDPOINT)$/i;

type Way = Pick<Hop, 'to' | 'how' | 'isEncrypted' | 'isLocal'>;

interface Variable {
  readonly component: string;
  readonly name: string;
  readonly value: string;
  readonly environment: EnvironmentDefinition;
}

/**
 * Where the variables of components lead. One way that several environments have in common is one hop; its id is of the
 * first of them.
 */
export function hopsOfVariables({
  definition,
  stated,
}: Pick<DocumentFacts, 'definition' | 'stated'>): readonly Hop[] {
  const found = new Map<string, { readonly first: Variable; readonly way: Way; readonly in: string[] }>();
  for (const variable of variablesOf(definition)) {
    const way = wayOf(variable);
    if (way === null) continue;
    const key = JSON.stringify([variable.component, variable.name, way]);
    const known = found.get(key);
    if (known === undefined) found.set(key, { first: variable, way, in: [variable.environment.name] });
    else known.in.push(variable.environment.name);
  }
  const everywhere = definition.environments.length;
  return [...found.values()].map(({ first, way, in: environments }) => ({
    ...way,
    id: `env.${first.component}.${first.name}.${first.environment.name}`,
    from: first.component,
    to: environments.length === everywhere ? way.to : `${way.to} (${environments.join(', ')})`,
    origin: { path: pathOf(first, stated) },
  }));
}

function variablesOf({ components, environments }: DocumentFacts['definition']): readonly Variable[] {
  return components.flatMap(({ name: component }) =>
    environments.flatMap((environment) =>
      Object.entries(environment.shapes[component]?.env ?? {}).map(([name, value]) => ({
        component,
        name,
        value,
        environment,
      })),
    ),
  );
}

function wayOf({ name, value }: Variable): Way | null {
  if (isSecretText(value)) {
    if (!namesAddress.test(name)) return null;
    return { to: value, how: `as the secret in ${name} says`, isEncrypted: null, isLocal: null };
  }
  const address = namedAddress(value);
  if (address === null) return null;
  const { scheme, host, isEncrypted } = address;
  // What listens on this machine may be a tunnel that leads on.
  const isLocal = isOnLoopback(host) ? null : false;
  return {
    to: host,
    how: `${isEncrypted ? '' : 'plain '}${scheme}:// in ${name}${isLocal === null ? ', on loopback' : ''}`,
    isEncrypted,
    isLocal,
  };
}

/** The most special place where it is written. */
function pathOf({ component, name, environment }: Variable, stated: DocumentFacts['stated']): string {
  const sections = [environment.name, ...(environment.mirrors === null ? [] : [environment.mirrors])];
  const paths = [
    ...sections.flatMap((section) => [
      `environments.${section}.components.${component}.env.${name}`,
      `environments.${section}.env.${name}`,
    ]),
    `components.${component}.env.${name}`,
  ];
  return paths.find((path) => stated?.has(path) === true) ?? `components.${component}.env.${name}`;
}
