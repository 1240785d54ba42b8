import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

import { documentOf } from '../../src/core/document/document-of.ts';
import { statementsOf } from '../../src/core/document/document.ts';
import { revisionDiff } from '../../src/core/document/revision-diff.ts';
import { sections } from '../../src/core/document/statement.ts';
import { documentMarkdown } from '../../src/documents/markdown.ts';
import { loadSpec } from '../../src/spec/load.ts';
import { exampleDocuments } from './example-documents.ts';
import { type Moment, moments } from './moments.ts';

function momentNamed(name: Moment['name']): Moment {
  const found = moments().find((moment) => moment.name === name);
  if (found === undefined) throw new Error(`there is no moment ${name}`);
  return found;
}

test.for(exampleDocuments())('the example has what is written from its facts: $path', ({ path, content }) => {
  // To write them anew: node scripts/example-documents.ts
  expect(readFileSync(path, 'utf8')).toBe(content);
});

test.for(moments())(
  'a document has its title, eight sections with fixed titles in order, and an end: $name',
  ({ facts }) => {
    const text = documentMarkdown(documentOf(facts), null);
    const headings = [...text.matchAll(/^##? (.*)$/gm)].map(([, heading]) => heading);
    expect(headings).toEqual([
      'Code Deployment Document: 🎫 triage-desk Agent Integration',
      ...sections.map(({ title }, at) => `${at + 1}. ${title}`),
      'What is still open',
    ]);
  },
);

test.for(moments())('no two statements have one id, so each is compared with itself: $name', ({ facts }) => {
  const ids = statementsOf(documentOf(facts)).map(({ id }) => id);
  expect(ids.length).toBeGreaterThan(100);
  expect(ids.filter((id, at) => ids.indexOf(id) !== at)).toEqual([]);
});

test('no two statements have one id, whatever environments, components and gates are called', () => {
  const { facts } = momentNamed('in-production');
  const text = `deployer: 1
integration: { key: desk }
components:
  a: { role: api-gateway, path: a, run: x, port: 8080, public: true, needs: [b-c] }
  b-c: { role: service, path: b, run: x, port: 8080 }
  a-b: { role: service, path: c, run: x, port: 8080, needs: [c] }
  c: { role: service, path: d, run: x, port: 8080 }
  users: { role: service, path: e, run: x, port: 8080, needs: [edge] }
  edge: { role: service, path: f, run: x, port: 8080, needs: [a] }
tests: { unit: { run: x, writes: false } }
build: { gates: [unit] }
environments:
  release: { gates: [unit], approval: { none: a test } }
  unit: { gates: [unit], approval: { none: a test } }
`;
  const { definition, problems } = loadSpec({ text, file: 'deployer.yaml', folder: '.' });
  expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
  if (definition === null) throw new Error('it cannot be loaded');
  const [seen] = facts.environments;
  if (seen === undefined) throw new Error('nothing was seen');
  const gate = { stage: 'unit', state: 'passed', reason: null, at: seen.at, evidence: null } as const;
  const environments = ['release', 'unit'].map((environment) => ({
    ...seen,
    environment,
    gates: [null, environment].map((each) => ({ ...gate, environment: each })),
  }));
  const waiver = { owner: 'a', reason: 'b', until: seen.at, by: 'a', at: seen.at, isExpired: false };
  const waivers = ['release', null].map((environment) => ({ ...waiver, subject: 'unit', environment }));
  const checklist = facts.checklist && { ...facts.checklist, waivers };
  const ids = statementsOf(documentOf({ ...facts, definition, environments, checklist })).map(({ id }) => id);
  expect(ids.filter((id, at) => ids.indexOf(id) !== at)).toEqual([]);
});

test('a drift that appears is in the comparison, also where a question is about the same', () => {
  const { facts } = momentNamed('in-production');
  const answer = facts.settled.statements.find(({ id }) => id === 'rollback.recovery');
  const settled = {
    ...facts.settled,
    statements: facts.settled.statements.map((each) =>
      each.id === 'environments.replicas.production' && answer !== undefined
        ? { ...each, source: answer.source }
        : each,
    ),
  };
  const before = documentOf({ ...facts, settled, drifts: [] });
  const changes = revisionDiff(before, documentOf({ ...facts, settled })).sections.flatMap(
    (each) => each.changes,
  );
  expect(changes.map(({ id }) => id)).toEqual(['environments.replicas.production']);
});

test('the same facts give the same document, byte for byte', () => {
  const [one, other] = [moments(), moments()].map((all) =>
    all.map(({ facts }) => documentMarkdown(documentOf(facts), null)),
  );
  expect(one).toEqual(other);
});

test('what observation contradicts is shown as drift where it was decided, and again at the end', () => {
  const facts = moments().find(({ name }) => name === 'in-production')?.facts;
  const text = facts === undefined ? '' : documentMarkdown(documentOf(facts), null);
  expect(text).toContain('**Drift:** In production-3: 1 of 2 replicas of agent is ready.');
  expect(text.slice(text.indexOf('## What is still open'))).toContain('environments.replicas.production');
});

test('every hop that is not encrypted is named with both its ends', () => {
  const facts = moments().find(({ name }) => name === 'in-production')?.facts;
  const text = facts === undefined ? '' : documentMarkdown(documentOf(facts), null);
  const hops = [...text.matchAll(/^\| (\S+) \| (\S+) \| plain HTTP on loopback \| no \|/gm)];
  expect(hops.map(([, from, to]) => `${from} ${to}`)).toEqual([
    'edge gateway',
    'gateway transform',
    'gateway agent',
    'agent model',
    'agent tools',
    'digest tools',
  ]);
});

test('who is told of alerts is told over a hop of its own, and no path of an address is shown', () => {
  const facts = moments().find(({ name }) => name === 'in-production')?.facts;
  if (facts === undefined) throw new Error('there is no such moment');
  const firing = {
    state: 'firing',
    reason: '31 of 412 requests failed',
    isLookedAt: true,
    at: '2026-03-09T07:59:30.000Z',
  };
  const rules = [{ metric: 'errorRate', limit: 0.02, ...firing }];
  const receivers = ['https://hooks.example.com/…', 'http://127.0.0.1:9000', 'secret://local/ops#hook'];
  const text = documentMarkdown(
    documentOf({ ...facts, alerts: [{ environment: 'production', rules, receivers }] }),
    null,
  );
  expect(text).toContain(
    '| production | more than 2 % of requests fail | firing | 31 of 412 requests failed | **observed** 2026-03-09 07:59:30 UTC |',
  );
  expect(text).toContain('| Deployer | `https://hooks.example.com/…` | HTTPS | yes | yes |');
  expect(text).toContain(
    '| Deployer | `http://127.0.0.1:9000` | plain HTTP on loopback | no | cannot be told |',
  );
  expect(text).toContain(
    '| Deployer | `secret://local/ops#hook` | HTTPS, or plain HTTP on loopback, as the secret says | cannot be told | cannot be told |',
  );
});
