import { expect, test } from 'vitest';

import { DeployerError } from '../errors.ts';
import { errorOfStart, startFailure } from './start-failure.ts';

const logFile = '/home/environments/desk/production/edge.log';

function shown(...lastLines: readonly string[]): DeployerError {
  return errorOfStart({ message: 'it ended with exit code 1', logFile, lastLines });
}

test('what an edge says of its failure is what its starter throws', () => {
  const facts = { message: 'Port 7443 is in use.', hint: 'End it.', path: 'edge.port' };
  const said = startFailure(new DeployerError('edge_port_in_use', facts));
  expect(shown('an older line', said)).toMatchObject({ code: 'edge_port_in_use', ...facts });
});

test.each<[string, readonly string[], string]>([
  [
    'an error that nobody expected',
    ['an older line', ...startFailure(new TypeError('no such thing.')).split('\n')],
    'TypeError: no such thing',
  ],
  [
    'an error of Node itself',
    ['SyntaxError: Unexpected token', '    at compile (node:vm:1:2)', '', 'Node.js v24.21.0'],
    'SyntaxError: Unexpected token',
  ],
  ['another last word', ['one', 'Killed', ''], 'Killed'],
])('%s is named, with the log and its last lines', (_, lines, said) => {
  expect(shown(...lines)).toMatchObject({
    code: 'edge_failed',
    message: `The edge did not start: it ended with exit code 1; it said: ${said}.`,
    hint: expect.stringContaining(logFile),
    detail: lines,
  });
});

test('a log without a word adds nothing', () => {
  expect(shown('').message).toBe('The edge did not start: it ended with exit code 1.');
});
