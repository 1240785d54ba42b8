import { keyError, valueError, type Fault, type FaultText } from '../fault.ts';
import { perComponent, perEnvironment, type Rule } from './rule.ts';

function notYet(what: string, hint: string): FaultText {
  return { message: `${what} is not acted on by this version of Deployer yet.`, hint };
}

export const laterComponents: Rule = perComponent((component, at): readonly Fault[] =>
  Object.hasOwn(component, 'image')
    ? [keyError([...at, 'image'], notYet('`image`', 'Use `path` with the sources.'))]
    : [],
);

export const laterTargets: Rule = perEnvironment(({ section: { target }, at }) => {
  if (target === undefined || target === 'process') return [];
  return [valueError([...at, 'target'], notYet(`\`target: ${target}\``, 'Use `target: process`.'))];
});
