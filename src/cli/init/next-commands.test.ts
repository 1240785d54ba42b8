import { expect, test } from 'vitest';

import { nextCommands } from './next-commands.ts';

test('a folder whose name has a blank in it is one word of the command that is to be typed', () => {
  const written = { cwd: '/desk', isRepository: true, paths: ['deployer.yaml'], secrets: [], open: 0 };
  const commands = nextCommands({ ...written, folder: "/desk/our agents/Ann's" }).map(([command]) => command);
  expect(commands.slice(0, 2)).toEqual([
    String.raw`cd 'our agents/Ann'\''s'`,
    'git add deployer.yaml && git commit -m "Deployer"',
  ]);
});
