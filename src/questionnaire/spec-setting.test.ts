import { expect, test } from 'vitest';

import { exampleSpec } from '../../test/questionnaire/example-spec.ts';
import { said, settled, typed } from '../../test/questionnaire/typed-answers.ts';

test('alerts on what a replica uses, and on its restarts, are written beside the others', () => {
  const { spec, settled: result } = typed([
    ['rollback.alert-cpu', '90%'],
    ['rollback.alert-memory', '85%'],
    ['rollback.alert-restarts', '0'],
  ]);
  expect(spec).toMatch(/alerts:\n +cpu: 0\.9\n +memory: 0\.85\n +restarts: 0\n/);
  expect(result.conflicts).toEqual([]);
  const [open] = typed([['rollback.alert-cpu', '90']]).settled.open.filter(({ given }) => given !== null);
  expect(open?.given?.lacks).toBe('it is above 16; 90% would be a share');
});

test('which component users reach is asked where there are several, and one takes it from the other', () => {
  const several = exampleSpec.replace(
    'components:\n',
    'components:\n  api: { role: service, path: api, run: node main.ts, port: 8081 }\n',
  );
  const asked = (spec: string): boolean =>
    settled({}, spec).standings.some(
      ({ question, applies }) => question.id === 'integration.public' && applies,
    );
  expect([asked(exampleSpec), asked(several)]).toEqual([false, true]);
  const moved = typed([['integration.public', 'api']], several);
  expect(moved.spec).toContain('port: 8081, public: true }');
  expect(moved.spec.match(/public/g)).toHaveLength(1);
  expect(said({ ...moved, edits: [], standings: [] }, 'integration.public')).toEqual([
    'decided',
    'Users reach the component api; the others are reached by components.',
  ]);
  const unknown = typed([['integration.public', 'apy']], several);
  expect(unknown.spec).toBe(several);
  expect(unknown.settled.conflicts[0]?.sides[0]).toContain('apy at integration.public');
});
