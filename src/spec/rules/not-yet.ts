import { keyError, valueError, type Fault, type FaultText } from '../fault.ts';
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
