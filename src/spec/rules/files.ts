import { entriesOf, itemsOf } from '../draft.ts';
import { valueError } from '../fault.ts';
import { leavesRepository, tidyPath } from '../relative-path.ts';
import { perEnvironment, type Rule } from './rule.ts';

export const alsoStaysInRepository: Rule = ({ draft, folder }) =>
  itemsOf(draft.also)
    .filter(([, glob]) => leavesRepository(glob, folder))
    .map(([index, glob]) =>
      valueError(['also', index], {
        message: `\`${glob}\` leaves the repository.`,
        hint: 'Name files of the repository only; a release is one commit.',
      }),
    );

export const foldersExist: Rule = ({ draft, fileExists }) =>
  entriesOf(draft.components).flatMap(([name, { path }]) => {
    if (path === undefined || fileExists === null || fileExists(tidyPath(path))) return [];
    return [
      valueError(['components', name, 'path'], {
        message: `There is no folder \`${path}\`.`,
        hint: 'Paths are relative to the folder of this file.',
      }),
    ];
  });

/** The body may be made by `tests.setup`, so it is only a warning. */
export const bodyExists: Rule = ({ draft, fileExists }) => {
  const body = draft.tests?.performance?.load?.body;
  if (body === undefined || fileExists === null || fileExists(tidyPath(body))) return [];
  const fault = valueError(['tests', 'performance', 'load', 'body'], {
    message: `There is no file \`${body}\`.`,
    hint: 'Add it, or let `tests.setup` write it.',
  });
  return [{ ...fault, severity: 'warning' }];
};

export const certificatesExist: Rule = (context) =>
  perEnvironment(({ section: { edge }, at }) =>
    (['cert', 'key'] as const).flatMap((key) => {
      const file = edge?.[key];
      // An absolute path belongs to the machine of the server, which is asked when the edge starts.
      if (file === undefined || file.startsWith('/') || context.fileExists?.(tidyPath(file)) !== false)
        return [];
      return [
        valueError([...at, 'edge', key], {
          message: `There is no file \`${file}\`.`,
          hint: 'Paths are relative to the folder of this file, or absolute.',
        }),
      ];
    }),
  )(context);
