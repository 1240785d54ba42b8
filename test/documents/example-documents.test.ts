import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

import { documentOf } from '../../src/core/document/document-of.ts';
import { sections } from '../../src/core/document/statement.ts';
import { documentMarkdown } from '../../src/documents/markdown.ts';
import { exampleDocuments } from './example-documents.ts';
import { moments } from './moments.ts';

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
  const firing = { state: 'firing', reason: '31 of 412 requests failed', isLookedAt: true };
  const rules = [{ metric: 'errorRate', limit: 0.02, ...firing }];
  const receivers = ['https://hooks.example.com/…', 'http://127.0.0.1:9000', 'secret://local/ops#hook'];
  const text = documentMarkdown(
    documentOf({ ...facts, alerts: [{ environment: 'production', rules, receivers }] }),
    null,
  );
  expect(text).toContain(
    '| production | more than 2 % of requests fail | firing | 31 of 412 requests failed |',
  );
  expect(text).toContain('| Deployer | `https://hooks.example.com/…` | HTTPS | yes | yes |');
  expect(text).toContain('| Deployer | `http://127.0.0.1:9000` | plain HTTP on loopback | no | no |');
  expect(text).toContain(
    '| Deployer | `secret://local/ops#hook` | HTTPS, or plain HTTP on loopback | not known: the address is a secret | not known: the address is a secret |',
  );
});
