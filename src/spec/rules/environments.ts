import { entriesOf } from '../draft.ts';
import { keyError, keyWarning, valueError, type Fault } from '../fault.ts';
import { suggestion } from '../../core/texts/suggest.ts';
import { durationMs } from '../units.ts';
import { componentNames, environmentNames } from './names.ts';
import { perEnvironment, type Rule } from './rule.ts';

export const someEnvironment: Rule = ({ draft }) => {
  if (draft.environments === undefined || environmentNames(draft).length > 0) return [];
  return [
    keyError(['environments'], {
      message: 'There is no environment.',
      hint: 'Write for example `production: { approval: { approvers: [ops@example.com] } }`.',
    }),
  ];
};

export const triggerToEnvironment: Rule = ({ draft }) => {
  const to = draft.trigger?.to;
  const names = environmentNames(draft);
  if (to === undefined || draft.environments === undefined || names.includes(to)) return [];
  return [
    valueError(['trigger', 'to'], {
      message: `There is no environment \`${to}\`.`,
      hint: suggestion(to, names, 'Remove it.'),
    }),
  ];
};

export const overridesAreForComponents: Rule = perEnvironment(({ section, at, draft }) => {
  const names = componentNames(draft);
  if (draft.components === undefined) return [];
  return Object.keys(section.components ?? {})
    .filter((name) => !names.includes(name))
    .map((name) =>
      keyError([...at, 'components', name], {
        message: `There is no component \`${name}\`.`,
        hint: suggestion(name, names, 'Remove it.'),
      }),
    );
});

/** All edges listen on the same address. */
export const edgePortsDiffer: Rule = ({ draft }) => {
  const owners = new Map<number, string>();
  return entriesOf(draft.environments).flatMap(([name, { edge }]) => {
    const port = edge?.port;
    if (port === undefined) return [];
    const owner = owners.get(port);
    if (owner === undefined) {
      owners.set(port, name);
      return [];
    }
    return [
      valueError(['environments', name, 'edge', 'port'], {
        message: `Port ${port} belongs to the edge of \`${owner}\`.`,
        hint: 'Choose another port, or leave it out: one is chosen and kept.',
      }),
    ];
  });
};

export const certificateWithKey: Rule = perEnvironment(({ section: { edge }, at }) => {
  const missing = ['cert', 'key'].filter((key) => !Object.hasOwn(edge ?? {}, key));
  if (edge === undefined || missing.length !== 1) return [];
  return [
    keyError([...at, 'edge', ...missing], {
      message: `\`edge.${missing.join()}\` is missing: certificate and key belong together.`,
      hint: 'Give both files, or neither: then the local certificate authority issues one.',
    }),
  ];
});

/** Going back during the watch needs the former deployment. */
export const keptAsLongAsWatched: Rule = perEnvironment(({ section: { keepPrevious, watch }, at }) => {
  const watchMs = (watch?.seconds ?? 0) * 1000;
  const keepMs = keepPrevious === undefined ? null : durationMs(keepPrevious);
  if (keepMs === null || keepMs >= watchMs) return [];
  return [
    {
      ...valueError([...at, 'keepPrevious'], {
        message: `\`keepPrevious\` is shorter than the watch; the former deployment is kept for ${watchMs / 1000} s.`,
        hint: `Write \`keepPrevious: ${watchMs / 1000}s\` or more.`,
      }),
      severity: 'warning',
    },
  ];
});

export const watchHasLimits: Rule = perEnvironment(({ section: { watch }, at }): readonly Fault[] => {
  const limits = ['errorRate', 'p95Ms'];
  if (watch === undefined || limits.some((key) => Object.hasOwn(watch, key))) return [];
  return [
    keyWarning([...at, 'watch'], {
      message: 'The watch has no limits, so it would never go back.',
      hint: 'Write for example `errorRate: 0.02` or `p95Ms: 400`.',
    }),
  ];
});
