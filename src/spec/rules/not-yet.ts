import { entriesOf } from '../draft.ts';
import { keyError, valueError, type Fault, type FaultText } from '../fault.ts';
import { isSecretText, parseSecretReference } from '../secret-reference.ts';
import { envPlaces } from './env.ts';
import { perComponent, perEnvironment, type Rule } from './rule.ts';

function notYet(what: string, hint: string): FaultText {
  return { message: `${what} is not acted on by this version of Deployer yet.`, hint };
}

/** Whole sections: ignoring them would promise what does not happen. */
export const laterSections: Rule = ({ draft }) =>
  (['migrations', 'monitoring'] as const)
    .filter((key) => Object.hasOwn(draft, key))
    .map((key) => keyError([key], notYet(`\`${key}\``, 'Remove it for now.')));

export const laterComponents: Rule = perComponent((component, at): readonly Fault[] => [
  ...(Object.hasOwn(component, 'image')
    ? [keyError([...at, 'image'], notYet('`image`', 'Use `path` with the sources.'))]
    : []),
  ...(component.scope === 'environment'
    ? [
        valueError(
          [...at, 'scope'],
          notYet('`scope: environment`', 'Run it outside Deployer, and give its address in `env`.'),
        ),
      ]
    : []),
]);

export const laterTargets: Rule = perEnvironment(({ section: { target }, at }) => {
  if (target === undefined || target === 'process') return [];
  return [valueError([...at, 'target'], notYet(`\`target: ${target}\``, 'Use `target: process`.'))];
});

export const laterSecrets: Rule = ({ draft }) =>
  envPlaces(draft).flatMap(({ path, env }) =>
    entriesOf(env).flatMap(([name, value]) => {
      if (!isSecretText(value)) return [];
      const text =
        parseSecretReference(value) === null
          ? {
              message: `\`${name}\` is no reference to a secret.`,
              hint: 'A reference is written `secret://<provider>/<path>#<key>[@version]`.',
            }
          : notYet(
              'A reference to a secret',
              'Remove it; a secret itself does not belong into this file either.',
            );
      return [valueError([...path, name], text)];
    }),
  );
