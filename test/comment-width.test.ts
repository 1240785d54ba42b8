import { expect, test } from 'vitest';

import { modulesIn } from './architecture/module-graph.ts';

/** The formatter breaks code, and leaves comments as they are. */
const widest = 120;
const isComment = /^\s*(\/\/|\/\*|\*)/;

test(`no line of a comment is longer than ${widest} columns`, () => {
  const modules = ['src', 'test', 'scripts', 'bench', 'examples'].flatMap((folder) => modulesIn(folder));
  const tooLong = modules.flatMap(({ file, source }) =>
    source.split('\n').flatMap((line, index) => {
      const isTooLong = line.length > widest && isComment.test(line);
      return isTooLong ? [`${file}:${index + 1}`] : [];
    }),
  );
  expect(modules.length).toBeGreaterThan(700);
  expect(tooLong).toEqual([]);
});
