import { mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';

import { scratchRepository } from '../scratch-repository.ts';
import { treeOf } from '../scratch-tree.ts';
import { nodeAgent } from './shapes/node-agent.ts';
import { type AtTerminal, deployerAtTerminal, keys } from './terminal.ts';

interface Desk {
  readonly folder: string;
  readonly state: string;
  init(): AtTerminal;
  text(path: string): string;
}

function deskWith(): Desk {
  const scratch = realpathSync(mkdtempSync(join(tmpdir(), 'deployer-terminal-')));
  onTestFinished(() => rmSync(scratch, { recursive: true }));
  const folder = join(scratch, 'support-bot');
  scratchRepository(folder, nodeAgent);
  const state = join(scratch, 'state');
  const env = {
    XDG_STATE_HOME: state,
    DEPLOYER_HOME: join(scratch, 'home'),
    DEPLOYER_USER: 'ann@example.com',
  };
  return {
    folder,
    state,
    init: () => deployerAtTerminal(['init', '--files-only'], { cwd: folder, env }),
    text: (path) => readFileSync(join(folder, path), 'utf8'),
  };
}

test('questions have proposals that Enter takes, arrow keys choose, and a yes writes both files', async () => {
  const desk = deskWith();
  const terminal = desk.init();
  await terminal.untilShown('What does the integration do');
  terminal.press(`Answers customers of a shop about their orders${keys.enter}`);
  for (const ask of ['Who may approve', 'Whose approval', 'Who tries a release', 'How many replicas']) {
    await terminal.untilShown(ask);
    terminal.press(keys.enter);
  }
  await terminal.untilShown('How long is a release watched');
  terminal.press(`90s${keys.enter}`);
  await terminal.untilShown('Which share of failed');
  terminal.press(keys.enter);
  await terminal.untilShown('Which webhooks');
  terminal.press(keys.enter);
  await terminal.untilShown('How do callers prove');
  terminal.press(keys.down + keys.enter);
  for (const ask of ['Which kinds of data', 'Which regulations']) {
    await terminal.untilShown(ask);
    terminal.press(keys.space + keys.enter);
  }
  await terminal.untilShown('cloud');
  terminal.press(keys.enter);
  await terminal.untilShown('more can be asked now');
  terminal.press(keys.enter);
  await terminal.untilShown('Write it?');
  terminal.press('y\r');
  expect(await terminal.ended).toBe(0);
  expect(desk.text('deployer.yaml')).toMatch(/seconds: 90/);
  expect(desk.text('deployment/answers.yaml')).toContain('Answers customers of a shop');
  expect(readdirSync(join(desk.state, 'deployer-init'))).toEqual([]);
});

test('Escape goes back, Ctrl-C leaves with nothing written, and the next init goes on from what was said', async () => {
  const desk = deskWith();
  const before = treeOf(desk.folder);
  const first = desk.init();
  await first.untilShown('What does the integration do');
  first.press(`Answers customers${keys.enter}`);
  await first.untilShown('Who may approve');
  first.press(keys.escape);
  await first.untilShown('What does the integration do');
  first.press(`Answers customers about orders${keys.enter}`);
  await first.untilShown('Who may approve');
  first.press(keys.interrupt);
  expect(await first.ended).toBe(130);
  expect(first.shown()).toContain('Nothing was written');
  expect(treeOf(desk.folder)).toEqual(before);

  const second = desk.init();
  await second.untilShown('Go on where you left?');
  second.press(keys.enter);
  await second.untilShown('Who may approve');
  second.press(keys.interrupt);
  await second.ended;
  expect(second.shown()).not.toContain('What does the integration do');
});

test('an answer that lacks detail is asked for once more with the reason, and then taken', async () => {
  const desk = deskWith();
  const terminal = desk.init();
  await terminal.untilShown('What does the integration do');
  terminal.press(`tbd${keys.enter}`);
  await terminal.untilShown('In one sentence');
  await terminal.untilShown('That does not say it yet');
  terminal.press(`?${keys.enter}`);
  await terminal.untilShown('Who may approve');
  terminal.press(keys.interrupt);
  expect(await terminal.ended).toBe(130);
});
