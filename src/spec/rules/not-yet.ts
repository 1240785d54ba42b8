import { keyError, valueError, type Fault, type FaultText } from '../fault.ts';
import { perComponent, perEnvironment, type Rule } from './rule.ts';

function notYet(what: string, hint: string): FaultText {
  return { message: `${what} is not acted on by this version of Deployer yet.`, hint };
}

/** A whole section: ignoring it would promise what does not happen. */
export const laterSections: Rule = ({ draft }) =>
  Object.hasOwn(draft, 'monitoring')
    ? [keyError(['monitoring'], notYet('`monitoring`', 'Remove it for now.'))]
    : [];

export const laterComponents: Rule = perComponent((component, at): readonly Fault[] =>
  Object.hasOwn(component, 'image')
    ? [keyError([...at, 'image'], notYet('`image`', 'Use `path` with the sources.'))]
    : [],
);

export const laterTargets: Rule = perEnvironment(({ section: { target }, at }) => {
  if (target === undefined || target === 'process') return [];
  return [valueError([...at, 'target'], notYet(`\`target: ${target}\``, 'Use `target: process`.'))];
});
