import { expect, test } from 'vitest';

import { moments } from '../../../test/documents/moments.ts';
import { contentOf } from './content.ts';
import { documentOf } from './document-of.ts';
import type { DocumentFacts } from './facts.ts';
import { revisionDiff } from './revision-diff.ts';

const facts = factsOf();
const digest = (of: DocumentFacts): string => JSON.stringify(contentOf(documentOf(of)));

test('looking again at another time, by other evidence, is no new revision', () => {
  const later: DocumentFacts = {
    ...facts,
    environments: facts.environments.map((seen) => ({
      ...seen,
      at: '2027-01-01T00:00:00.000Z',
      live: seen.live && { ...seen.live, evidence: `sha256:${'0'.repeat(64)}` },
    })),
  };
  expect(digest(later)).toBe(digest(facts));
  expect(revisionDiff(documentOf(facts), documentOf(later))).toEqual({ sections: [] });
});

test('figures of delivery that only time has changed are no new revision', () => {
  const { delivery } = facts;
  expect(digest({ ...facts, delivery: delivery && { ...delivery, deployments: 99 } })).toBe(digest(facts));
});

test('another release, an answer or a drift is a new revision, and the difference names the statement', () => {
  const { drifts, ...others } = facts;
  expect(drifts).not.toEqual([]);
  const mended = { ...others, drifts: [] };
  expect(digest(mended)).not.toBe(digest(facts));
  const diff = revisionDiff(documentOf(facts), documentOf(mended));
  expect(diff.sections.map(({ id }) => id)).toEqual(['environments']);
  expect(diff.sections[0]?.changes).toMatchObject([
    {
      kind: 'changed',
      id: 'environments.replicas.production',
      before: { drift: 'In production-3: 1 of 2 replicas of agent is ready.' },
      after: { drift: null },
    },
  ]);
});

test('what is no longer said is removed, what is said anew is added', () => {
  const less = { ...facts, environments: facts.environments.slice(0, 2) };
  const removed = revisionDiff(documentOf(facts), documentOf(less)).sections.flatMap(
    ({ changes }) => changes,
  );
  const added = revisionDiff(documentOf(less), documentOf(facts)).sections.flatMap(({ changes }) => changes);
  const gone = removed.filter(({ kind }) => kind === 'removed').map(({ id }) => id);
  const come = added.filter(({ kind }) => kind === 'added').map(({ id }) => id);
  expect(gone).toContain('environments.live.production');
  expect(come.toSorted()).toEqual(gone.toSorted());
});

function factsOf(): DocumentFacts {
  const found = moments().find(({ name }) => name === 'in-production');
  if (found === undefined) throw new Error('there is no such moment');
  return found.facts;
}

test('how an alert stands is no new revision, that it is no longer raised is one', () => {
  const limits = { errorRate: 0.02, p95Ms: null, cpu: null, memory: null, restarts: null };
  const environments = ['production'];
  const monitoring = { limits, windowSeconds: 60, minRequests: 20, environments, webhooks: [] };
  const standing = (state: string, drifts: DocumentFacts['drifts'] = []): DocumentFacts => ({
    ...facts,
    definition: { ...facts.definition, monitoring },
    alerts: [
      {
        environment: 'production',
        rules: [
          { metric: 'errorRate', limit: 0.02, state, reason: `it is ${state}`, isLookedAt: true, at: null },
        ],
        receivers: [],
      },
    ],
    drifts,
  });
  expect(digest(standing('firing'))).toBe(digest(standing('ok')));
  const drift = {
    observed: 'production-3 raises no such alert.',
    at: '2026-03-09T08:00:00Z',
    evidence: null,
  };
  const missing = [{ statement: 'rollback.alert.production.errorRate', drift }];
  expect(digest(standing('ok', missing))).not.toBe(digest(standing('ok')));
});
