import { expect, test } from 'vitest';

import { withProgress } from './progress.ts';
import { styleOf } from './style.ts';
import type { Pane } from './terminal.ts';

function paneTo(say: (text: string) => void): Pane {
  return {
    style: styleOf(false),
    isLive: false,
    columns: 80,
    rows: null,
    onResize: () => () => undefined,
    line: say,
    write: say,
  };
}

test('work that takes a while is announced, where nobody sees a spinner', async () => {
  const said = Promise.withResolvers<string>();
  const work = withProgress(paneTo(said.resolve), 'rolling back production', () => said.promise);
  expect(await work).toBe('deployer: rolling back production …');
});

test('what is refused at once was never begun, so nothing is said of it', async () => {
  const lines: string[] = [];
  const refused = withProgress(
    paneTo((text) => lines.push(text)),
    'rolling back prod',
    () => Promise.reject(new Error('there is no prod')),
  );
  await expect(refused).rejects.toThrow('there is no prod');
  expect(lines).toEqual([]);
});
