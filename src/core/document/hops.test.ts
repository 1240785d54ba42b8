import { expect, test } from 'vitest';

import { componentOf, definitionOf } from '../../../test/harness/definition.ts';
import { moments } from '../../../test/documents/moments.ts';
import { documentOf } from './document-of.ts';
import { statementsOf } from './document.ts';
import type { DocumentFacts } from './facts.ts';
import { hopsOf } from './hops.ts';

const [first] = moments();
if (first === undefined) throw new Error('there is no moment');
const { facts } = first;

/** Where each hop is known from, by its two ends. */
function sourcesOf(own: Partial<DocumentFacts>): ReadonlyMap<string, unknown> {
  const said = statementsOf(documentOf({ ...facts, ...own }));
  const hops = said.filter(({ id }) => id.startsWith('security.hop.'));
  return new Map(hops.map(({ id, source }) => [id.slice('security.hop.'.length), source]));
}

test('a component may be called like something else that a hop begins at', () => {
  const components = [
    componentOf({ name: 'edge', needs: ['alert'] }),
    componentOf({ name: 'alert', isPublic: false, needs: ['edge'] }),
  ];
  const sources = sourcesOf({ definition: { ...facts.definition, components } });
  const needs = (name: string) => ({
    kind: 'decided',
    by: { kind: 'spec', path: `components.${name}.needs` },
  });
  expect(sources.get('need.edge.alert')).toEqual(needs('edge'));
  expect(sources.get('need.alert.edge')).toEqual(needs('alert'));
  expect(sources.get('edge.edge')).toMatchObject({ kind: 'assumed', because: 'it comes with the target' });
});

test.each([
  ['socket', false, 'a Unix socket', true],
  ['loopback', false, 'plain TCP on loopback', null],
  ['network', false, 'plain TCP', false],
  ['network', true, 'TLS', false],
] as const)('a database is reached over a %s, encrypted %j: %s', (kind, isEncrypted, how, isLocal) => {
  const hops = hopsOf({ ...facts, database: { kind, isEncrypted } });
  expect(hops.find(({ to }) => to === 'PostgreSQL')).toMatchObject({ how, isEncrypted, isLocal });
});

test('variables of components lead to hosts: one hop per way, with the environments where it is not the same', () => {
  const environments = ['dev', 'production'].map((name, at) => ({
    name,
    env: {
      MODEL_URL: 'http://u:hunter2@models.example.com/v1?key=hunter2',
      CACHE: at === 0 ? 'redis://localhost:6379' : 'rediss://cache.example.com',
      DATABASE_URL: 'secret://local/db#url',
      LOG_LEVEL: 'info',
      TOKEN: 'secret://local/model#token',
    },
  }));
  const hops = hopsOf({
    ...facts,
    definition: definitionOf('desk', environments, [componentOf({ name: 'agent' })]),
    stated: new Set(['components.agent.env.MODEL_URL', 'environments.production.components.agent.env.CACHE']),
  }).filter(({ id }) => id.startsWith('env.'));
  expect(hops).toEqual([
    {
      id: 'env.agent.MODEL_URL.dev',
      from: 'agent',
      to: 'models.example.com',
      how: 'plain http:// in MODEL_URL',
      isEncrypted: false,
      isLocal: false,
      origin: { path: 'components.agent.env.MODEL_URL' },
    },
    {
      id: 'env.agent.CACHE.dev',
      from: 'agent',
      to: 'localhost:6379 (dev)',
      how: 'plain redis:// in CACHE, on loopback',
      isEncrypted: false,
      isLocal: null,
      origin: { path: 'components.agent.env.CACHE' },
    },
    {
      id: 'env.agent.DATABASE_URL.dev',
      from: 'agent',
      to: 'secret://local/db#url',
      how: 'as the secret in DATABASE_URL says',
      isEncrypted: null,
      isLocal: null,
      origin: { path: 'components.agent.env.DATABASE_URL' },
    },
    {
      id: 'env.agent.CACHE.production',
      from: 'agent',
      to: 'cache.example.com (production)',
      how: 'rediss:// in CACHE',
      isEncrypted: true,
      isLocal: false,
      origin: { path: 'environments.production.components.agent.env.CACHE' },
    },
  ]);
});
