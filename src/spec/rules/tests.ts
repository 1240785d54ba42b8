import { entriesOf, isRefused, itemsOf, type Draft, type SpecDraft } from '../draft.ts';
import { keyError, keyWarning, valueError } from '../fault.ts';
import type { BuildSection } from '../schema/build.ts';
import { suggestion } from '../../core/texts/suggest.ts';
import { builtInGates, reservedSuiteNames, suiteNames, suitesOf, usersOf } from './names.ts';
import { perEnvironment, type Rule } from './rule.ts';
import { namedTwice } from './twice.ts';

export const suiteNamesAreFree: Rule = ({ draft }) =>
  suiteNames(draft)
    .filter((name) => reservedSuiteNames.has(name))
    .map((name) =>
      keyError(['tests', name], {
        message: `\`${name}\` is the name of a stage.`,
        hint: `Rename the suite, for example \`${name}-tests\`.`,
      }),
    );

export const buildGatesAreSuites: Rule = ({ draft }) => {
  const build: Draft<BuildSection> = draft.build ?? {};
  const names = suiteNames(draft);
  const needDeployment = new Set<string>(['performance', ...builtInGates]);
  return [
    ...namedTwice(build.gates, ['build', 'gates']),
    ...itemsOf(build.gates).flatMap(([index, gate]) => {
      const at = ['build', 'gates', index];
      if (needDeployment.has(gate)) {
        const message = `\`${gate}\` needs a deployment, and there is none at build time.`;
        return [valueError(at, { message, hint: 'Put it into the `gates` of an environment.' })];
      }
      return names.includes(gate) || isRefused(draft, 'tests')
        ? []
        : [valueError(at, unknownSuite(gate, names))];
    }),
  ];
};

export const gatesAreKnown: Rule = perEnvironment(({ section, at, draft }) => {
  const suites = suiteNames(draft);
  const hasLoad = Object.hasOwn(draft.tests ?? {}, 'performance') || isRefused(draft, 'tests');
  const known = [...suites, ...(hasLoad ? ['performance'] : []), ...builtInGates];
  return [
    ...namedTwice(section.gates, [...at, 'gates']),
    ...itemsOf(section.gates).flatMap(([index, gate]) => {
      if (known.includes(gate) || isRefused(draft, 'tests')) return [];
      const text = gate === 'performance' ? noLoad : unknownSuite(gate, known);
      return [valueError([...at, 'gates', index], text)];
    }),
  ];
});

const noLoad = {
  message: 'The gate `performance` needs `tests.performance`, which is not there.',
  hint: 'Write for example `performance: { load: { path: /, rate: 20, durationSeconds: 20 } }` under `tests`.',
};

function unknownSuite(gate: string, known: readonly string[]): { message: string; hint: string } {
  return {
    message: `There is no suite \`${gate}\`.`,
    hint: suggestion(gate, known, `Add it under \`tests\`, for example \`${gate}: { run: npm test }\`.`),
  };
}

/** A suite that writes would leave its traces among the data of end users. */
export const noWritingAmongUsers: Rule = perEnvironment(({ name, section, at, draft }) => {
  if (usersOf(draft, name) === 'internal') return [];
  const writing = new Set(
    suitesOf(draft.tests).flatMap(([suite, { writes }]) => (writes === false ? [] : [suite])),
  );
  return itemsOf(section.gates)
    .filter(([, gate]) => writing.has(gate))
    .map(([index, gate]) =>
      valueError([...at, 'gates', index], {
        message: `The suite \`${gate}\` writes, and \`${name}\` serves end users.`,
        hint: `Add \`writes: false\` to \`tests.${gate}\` if it leaves no traces, or \`users: internal\` to \`${name}\`.`,
      }),
    );
});

/** Suites run only where they are listed: one that is listed nowhere was probably forgotten. */
export const suitesAreListed: Rule = ({ draft }) => {
  if (hasRefusedGates(draft)) return [];
  const listed = new Set(listedGates(draft));
  const hasLoad = draft.tests?.performance !== undefined;
  return [...suiteNames(draft), ...(hasLoad ? ['performance'] : [])]
    .filter((name) => !listed.has(name))
    .map((name) =>
      keyWarning(['tests', name], {
        message: `\`${name}\` is in no list of gates, so it never runs.`,
        hint: `Add it to \`build.gates\` or to the \`gates\` of an environment.`,
      }),
    );
};

/** Whether a list of gates, or a part of one, could not be read: it may have named any suite. */
function hasRefusedGates(draft: SpecDraft): boolean {
  const lists = [draft.build, ...Object.values(draft.environments ?? {})];
  return lists.some(
    (section) => isRefused(section ?? {}, 'gates') || section?.gates?.includes(undefined) === true,
  );
}

function listedGates(draft: SpecDraft): readonly string[] {
  // Without `build.gates`, a suite `unit` is one by default.
  const build =
    draft.build?.gates === undefined ? ['unit'] : itemsOf(draft.build.gates).map(([, gate]) => gate);
  const others = entriesOf(draft.environments).flatMap(([, { gates }]) =>
    itemsOf(gates).map(([, gate]) => gate),
  );
  return [...build, ...others];
}

export const loadHasLimits: Rule = ({ draft }) => {
  const load = draft.tests?.performance;
  if (load === undefined || entriesOf(load.limits ?? {}).length > 0 || isRefused(load, 'limits')) return [];
  return [
    keyWarning(['tests', 'performance'], {
      message: 'The load test has no limits, so it can only pass.',
      hint: 'Write for example `limits: { p95Ms: 250, errorRate: 0.01 }`.',
    }),
  ];
};
