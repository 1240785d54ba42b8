import { execFileSync } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { afterAll, expect, test } from 'vitest';

import { homeOfThisFile } from '../harness/deployer-home.ts';
import { shipToFailure } from '../harness/failed-run.ts';
import { helloFile, helloProgram, helloSpec } from '../harness/hello.ts';
import { openProject } from '../harness/project.ts';
import { expectUnchanged } from '../harness/unchanged.ts';
import { ask } from '../harness/users.ts';

const home = await homeOfThisFile();
const { artifacts } = home.home;

await mkdir(artifacts, { recursive: true, mode: 0o700 });
mount('-t', 'tmpfs', '-o', 'size=4m,mode=700', 'tmpfs', artifacts);
// Registered after the home's own, so it comes first.
afterAll(() => void execFileSync('umount', ['-l', artifacts]));

const hello = openProject(home, 'hello');
hello.commit({ 'deployer.yaml': helloSpec(), [helloFile]: helloProgram() });
await hello.ship();

test('a full disk: the run fails and says so, users see nothing, and with room again it goes on', async () => {
  let run = '';
  await expectUnchanged(hello, 'production', async () => {
    const spec = helloSpec();
    const build = 'head -c 8000000 /dev/urandom > model.bin';
    hello.commit({
      'deployer.yaml': { ...spec, components: { web: { ...spec.components.web, build } } },
      [helloFile]: helloProgram({ says: 'large' }),
    });
    const failed = await shipToFailure(hello);
    run = failed.run;
    expect(failed.stage).toMatchObject({ name: 'package', reason: expect.stringMatching(/disk was full/) });
  });

  mount('-o', 'remount,size=64m', artifacts);
  expect(await hello.run(['retry', run, '--follow'])).toMatchObject({ code: 0 });
  expect(await ask(await hello.environment('production'))).toMatchObject({ text: 'large' });
});

function mount(...args: readonly string[]): void {
  execFileSync('mount', args);
}
