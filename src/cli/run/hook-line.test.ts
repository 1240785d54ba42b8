import { expect, test } from 'vitest';

import { hookLine, withoutHookLine, writtenBy } from './hook-line.ts';

const owner = { home: "/home/o'neil/deployer", integration: 'desk' };
const line = hookLine(owner, { command: '/opt/deployer/bin/deployer', nodeFolder: '/usr/bin' });
const own = `#!/bin/sh\n${writtenBy}\n${line}\n`;

test('a hook that has nothing else goes, also when Node and Deployer have moved since it was written', () => {
  const older = hookLine(owner, { command: '/old/deployer', nodeFolder: '/old/node/bin' });
  expect(withoutHookLine(own, owner)).toBeNull();
  expect(withoutHookLine(own.replace(line, older), owner)).toBeNull();
});

test("of somebody's own hook only that line goes", () => {
  expect(withoutHookLine(`#!/bin/bash\nnpm run lint\n${line}\necho done\n`, owner)).toBe(
    '#!/bin/bash\nnpm run lint\necho done\n',
  );
});

test.each([
  ['of another integration', { ...owner, integration: 'desk-2' }],
  ['of another home', { ...owner, home: '/home/other' }],
])('a line %s stays', (_, other) => {
  expect(withoutHookLine(own, other)).toBe(own);
});

test('a line that only mentions it stays', () => {
  const note = `#!/bin/sh\n# ${line}\n`;
  expect(withoutHookLine(note, owner)).toBe(note);
});
