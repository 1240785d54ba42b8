import { entriesOf, isRefused, itemsOf, type Draft } from '../draft.ts';
import { keyError, valueError, type Fault, type Path } from '../fault.ts';
import type { ComponentSection } from '../schema/components.ts';
import { suggestion } from '../../core/texts/suggest.ts';
import { findCycle } from './cycle.ts';
import { urlVariable } from '../../core/definition/url-variable.ts';
import { componentNames } from './names.ts';
import { perComponent, type Rule } from './rule.ts';
import { namedTwice } from './twice.ts';

type Component = Draft<ComponentSection>;

export const onePublicComponent: Rule = ({ draft }) => {
  const publics = entriesOf(draft.components).filter(([, { public: isPublic }]) => isPublic === true);
  const [first, ...others] = publics.map(([name]) => name);
  if (first !== undefined) {
    return others.map((name) =>
      valueError(['components', name, 'public'], {
        message: `\`${name}\` is public, and so is \`${first}\`; the edge sends users to exactly one component.`,
        hint: 'Keep `public: true` on the component that users reach.',
      }),
    );
  }
  const names = componentNames(draft);
  if (
    draft.components === undefined ||
    names.some((name) => isRefused(draft.components?.[name] ?? {}, 'public'))
  ) {
    return [];
  }
  return [
    keyError(['components'], {
      message: names.length === 0 ? 'There is no component.' : 'No component is public.',
      hint: 'Add `public: true` to the component that users reach.',
    }),
  ];
};

/** A component is built from a folder or taken as an image, and the keys of one do not fit the other. */
export const oneSource: Rule = perComponent((component, at) => {
  const has = (key: string): boolean => Object.hasOwn(component, key);
  if (!has('path') && !has('image')) {
    return [
      keyError([...at, 'path'], {
        message: '`path` is missing.',
        hint: 'Write the folder of its sources, for example `path: services/agent`.',
      }),
    ];
  }
  if (!has('image')) return [];
  return ['path', 'build', 'dockerfile', 'exclude'].filter(has).map((key) =>
    keyError([...at, key], {
      message: `\`${key}\` has no meaning beside \`image\`.`,
      hint: `Remove \`${key}\` or \`image\`.`,
    }),
  );
});

export const knownNeeds: Rule = ({ draft }) => {
  const names = componentNames(draft);
  return entriesOf(draft.components).flatMap(([name, { needs }]) =>
    itemsOf(needs).flatMap(([index, need]) => {
      if (names.includes(need)) return [];
      return [
        valueError(['components', name, 'needs', index], {
          message: `There is no component \`${need}\`.`,
          hint: suggestion(
            need,
            names.filter((other) => other !== name),
            'Remove it.',
          ),
        }),
      ];
    }),
  );
};

export const acyclicNeeds: Rule = ({ draft }) => {
  const needs = new Map(entriesOf(draft.components).map(([name, component]) => [name, needsOf(component)]));
  const cycle = findCycle(needs);
  if (cycle === null) return [];
  const [first = '', second = ''] = cycle;
  const index = draft.components?.[first]?.needs?.indexOf(second) ?? 0;
  return [
    valueError(['components', first, 'needs', index], {
      message: `\`needs\` goes round in a circle: ${cycle.join(' -> ')}.`,
      hint: 'Remove one of these needs: none of them could start first.',
    }),
  ];
};

/** What is needed must listen to have an address, and must run as long as what needs it. */
export const usableNeeds: Rule = ({ draft }) =>
  entriesOf(draft.components).flatMap(([name, component]) =>
    itemsOf(component.needs).flatMap(([index, need]): readonly Fault[] => {
      const needed = draft.components?.[need];
      const at: Path = ['components', name, 'needs', index];
      if (needed === undefined) return [];
      if (activationOf(needed) === 'when-live' && activationOf(component) === 'always') {
        return [
          valueError(at, {
            message: `\`${need}\` starts only when the deployment is live, so \`${name}\` could never start before.`,
            hint: `Remove the need, or add \`active: always\` to \`${need}\`.`,
          }),
        ];
      }
      if (Object.hasOwn(needed, 'port')) return [];
      const message = `\`${need}\` has no port, so \`${urlVariable(need)}\` is not set; \`${name}\` only starts after it.`;
      return [
        {
          ...valueError(at, { message, hint: `Add \`port\` to \`${need}\` if it listens.` }),
          severity: 'warning',
        },
      ];
    }),
  );

export const fittingHealth: Rule = perComponent((component, at) => {
  const { health } = component;
  if (health === undefined) return [];
  const listens = Object.hasOwn(component, 'port');
  const useless = listens ? ['run'] : ['ready', 'live'];
  const text = !listens
    ? { message: 'asks over HTTP, and the component has no port.', hint: 'Add `port`, or use `health.run`.' }
    : { message: 'is for components without a port.', hint: 'Use `health.ready`, or remove `port`.' };
  return useless
    .filter((key) => Object.hasOwn(health, key))
    .map((key) =>
      keyError([...at, 'health', key], { message: `\`health.${key}\` ${text.message}`, hint: text.hint }),
    );
});

/** The edge needs an address to send users to, and the candidate is tried out before it is live. */
export const servingPublicComponent: Rule = perComponent((component, at) => {
  if (component.public !== true) return [];
  const faults: Fault[] = [];
  if (!Object.hasOwn(component, 'port')) {
    faults.push(
      keyError([...at, 'port'], {
        message: 'The public component has no `port`, so the edge could not reach it.',
        hint: 'Write for example `port: 8080`; on `process` it listens on the port in the variable `PORT`.',
      }),
    );
  }
  if (activationOf(component) === 'when-live') {
    faults.push(
      keyError([...at, 'active'], {
        message: 'The public component starts only when it is live, so no test could reach it before.',
        hint: 'Write `active: always`.',
      }),
    );
  }
  return faults;
});

export const overlapOfWorkers: Rule = perComponent((component, at) => {
  if (component.overlap === undefined || activationOf(component) === 'when-live') return [];
  return [
    keyError([...at, 'overlap'], {
      message: '`overlap` is for components that are `active: when-live`.',
      hint: 'Remove it: old and new deployment run side by side anyway.',
    }),
  ];
});

export const singleNeeds: Rule = perComponent(({ needs }, at) => namedTwice(needs, [...at, 'needs']));

function needsOf({ needs }: Component): readonly string[] {
  return itemsOf(needs).map(([, need]) => need);
}

function activationOf({ role, active, scope }: Component): 'always' | 'when-live' {
  return active ?? (role === 'worker' && scope !== 'environment' ? 'when-live' : 'always');
}
