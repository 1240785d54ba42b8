import { keyError, type Fault, type Path } from '../fault.ts';
import { namePattern, nameRules, variablePattern } from '../schema/names.ts';
import { envPlaces } from './env.ts';
import { componentNames, environmentNames, suiteNames } from './names.ts';
import type { Rule } from './rule.ts';

export const namesAreSafe: Rule = ({ draft }) => [
  ...unsafeNames(['components'], componentNames(draft)),
  ...unsafeNames(['environments'], environmentNames(draft)),
  ...unsafeNames(['tests'], suiteNames(draft)),
];

function unsafeNames(at: Path, names: readonly string[]): readonly Fault[] {
  return names
    .filter((name) => !namePattern.test(name))
    .map((name) =>
      keyError([...at, name], {
        message: `\`${name}\` must be a name: ${nameRules}.`,
        hint: 'Write a name such as `triage-desk`.',
      }),
    );
}

export const variablesAreSettable: Rule = ({ draft }) =>
  envPlaces(draft).flatMap(({ path, env }) =>
    Object.keys(env).flatMap((name) => {
      if (!variablePattern.test(name)) {
        const message = `\`${name}\` must be the name of an environment variable.`;
        return [
          keyError([...path, name], { message, hint: 'Write letters, digits and `_`, such as `LOG_LEVEL`.' }),
        ];
      }
      if (!/^(?:PORT|HOST|DEPLOYER_.*)$/i.test(name)) return [];
      const message = `\`${name}\` is set by Deployer alone.`;
      return [keyError([...path, name], { message, hint: 'Choose another name, or leave it out.' })];
    }),
  );
