import { entriesOf, itemsOf } from '../draft.ts';
import { keyError, valueError, type Fault } from '../fault.ts';
import { envPlaces } from './env.ts';
import { perComponent, perEnvironment, type Rule } from './rule.ts';

/** What is switched with deployments cannot stand outside of them. */
export const residentsStand: Rule = perComponent((component, at) => {
  if (component.scope !== 'environment') return [];
  const faults: Fault[] = [];
  if (component.public === true) {
    faults.push(
      valueError([...at, 'scope'], {
        message:
          'The public component is what a switch moves users between, so it belongs to the deployment.',
        hint: 'Remove `scope: environment`, or make another component public.',
      }),
    );
  }
  if (component.active === 'when-live') {
    faults.push(
      valueError([...at, 'active'], {
        message: 'It exists once per environment and never waits for a deployment to be live.',
        hint: 'Remove `active`, or `scope: environment`.',
      }),
    );
  }
  return faults;
});

/** A deployment that it needed would retire while it goes on. */
export const residentNeeds: Rule = ({ draft }) =>
  entriesOf(draft.components).flatMap(([name, { scope, needs }]) =>
    scope !== 'environment'
      ? []
      : itemsOf(needs).flatMap(([index, need]) => {
          const needed = draft.components?.[need];
          if (needed === undefined || needed.scope === 'environment') return [];
          return [
            valueError(['components', name, 'needs', index], {
              message: `\`${name}\` outlives deployments, and each of those has a \`${need}\` of its own.`,
              hint: `Remove the need, or add \`scope: environment\` to \`${need}\`.`,
            }),
          ];
        }),
  );

/** Where its data are kept is not for the file to say: nothing else knows of another folder. */
export const dataFolderIsSet: Rule = ({ draft }) =>
  envPlaces(draft).flatMap(({ path, env, components }) => {
    const [component, ...others] = components;
    const isResident = draft.components?.[component ?? '']?.scope === 'environment';
    if (!isResident || others.length > 0 || !Object.hasOwn(env, 'DATA_DIR')) return [];
    return [
      keyError([...path, 'DATA_DIR'], {
        message: `\`DATA_DIR\` of \`${component}\` is set by Deployer: it is the folder that is kept for it.`,
        hint: 'Remove it, or choose another name.',
      }),
    ];
  });

export const oneReplica: Rule = perEnvironment(({ section, at, draft }) =>
  entriesOf(section.components).flatMap(([name, { replicas }]) => {
    const isResident = draft.components?.[name]?.scope === 'environment';
    if (!isResident || replicas === undefined || replicas === 1) return [];
    return [
      keyError([...at, 'components', name, 'replicas'], {
        message: `\`${name}\` exists once per environment and has one replica.`,
        hint: 'Remove `replicas`.',
      }),
    ];
  }),
);
