import { expect, test } from 'vitest';

import type { Component, EnvironmentDefinition, IntegrationDefinition } from '../definition/integration.ts';
import { releaseContent, releaseManifest, type ReleaseParts } from './release.ts';

test('a release names its artifacts, components, agent, environments and definition', () => {
  const manifest = releaseManifest(parts());
  expect(manifest).toMatchObject({
    v: 1,
    integration: 'desk',
    commit: 'c'.repeat(40),
    version: '1.0.0',
    artifacts: { agent: 'sha256:a', gateway: 'sha256:g' },
    environments: [{ name: 'production' }],
    definition: 'sha256:d',
  });
  expect(manifest.agent).toEqual({
    prompts: { 'prompts/system.md': 'sha256:p' },
    tools: {},
    mappings: {},
    schemas: {},
    model: { provider: 'openai-compatible', id: 'sim', parameters: {} },
    state: null,
  });
});

test('content stays the same when only commit, version, environments or the order of the file change', () => {
  const one = parts();
  const other = parts();
  const changed: ReleaseParts = {
    ...other,
    commit: 'd'.repeat(40),
    version: '2.0.0',
    definitionDigest: 'sha256:e',
    definition: {
      ...other.definition,
      components: other.definition.components.toReversed(),
      environments: [{ ...production, name: 'live' }],
    },
  };
  expect(releaseContent(releaseManifest(changed))).toEqual(releaseContent(releaseManifest(one)));
  expect(releaseManifest(changed)).not.toEqual(releaseManifest(one));
});

test.each<[string, (parts: ReleaseParts) => ReleaseParts]>([
  ['an artifact', (parts) => ({ ...parts, artifacts: { ...parts.artifacts, agent: 'sha256:b' } })],
  [
    'a prompt',
    (parts) => ({
      ...parts,
      agentFiles: { ...parts.agentFiles, prompts: { 'prompts/system.md': 'sha256:q' } },
    }),
  ],
  [
    'a component',
    (parts) => ({
      ...parts,
      definition: {
        ...parts.definition,
        components: parts.definition.components.map((component) => ({ ...component, run: 'node other.js' })),
      },
    }),
  ],
  [
    'the model',
    (parts) => ({ ...parts, definition: { ...parts.definition, agent: { ...agent, model: null } } }),
  ],
  [
    'the state that it reads',
    (parts) => ({
      ...parts,
      definition: { ...parts.definition, agent: { ...agent, state: { writes: 2, reads: [1, 2] } } },
    }),
  ],
])('content changes with %s', (_, change) => {
  const before = releaseContent(releaseManifest(parts()));
  expect(releaseContent(releaseManifest(change(parts())))).not.toEqual(before);
});

test('an integration without an agent has no agent identity', () => {
  const given = parts();
  expect(releaseManifest({ ...given, definition: { ...given.definition, agent: null } }).agent).toBeNull();
});

test('a component without an artifact is a bug, and so is an artifact too many', () => {
  expect(() => releaseManifest({ ...parts(), artifacts: { agent: 'sha256:a' } })).toThrow(
    'the components are agent, gateway',
  );
  expect(() => releaseManifest({ ...parts(), artifacts: { ...parts().artifacts, x: 'sha256:x' } })).toThrow(
    'agent, gateway, x',
  );
});

const agent = {
  prompts: ['prompts/*.md'],
  model: { provider: 'openai-compatible', id: 'sim', parameters: {} },
  tools: [],
  mappings: [],
  schemas: [],
  state: null,
};

const production: EnvironmentDefinition = {
  name: 'production',
  isLast: true,
  target: 'process',
  mirrors: null,
  differs: {},
  shapes: {},
  strategy: 'blue-green',
  edge: { port: null, cert: null, key: null, workers: 1 },
  policy: {
    gates: [],
    approval: null,
    approvalNone: 'a test',
    uat: null,
    watch: null,
    performance: null,
    buildGates: [],
    keepPreviousMs: 1,
    self: null,
    users: 'internal',
  },
};

function component(name: string): Component {
  return {
    name,
    role: 'service',
    path: name,
    build: null,
    run: 'node main.js',
    dockerfile: null,
    port: 8080,
    isPublic: name === 'gateway',
    health: { ready: null, live: null, run: null, seconds: 30 },
    needs: [],
    activation: 'always',
    overlap: false,
    drainMs: 1000,
    exclude: [],
  };
}

function parts(): ReleaseParts {
  const definition: IntegrationDefinition = {
    key: 'desk',
    name: 'Desk',
    emoji: '🎫',
    owners: [],
    folder: '.',
    also: [],
    trigger: { branch: 'main', to: 'production' },
    nodeVersion: null,
    components: [component('gateway'), component('agent')],
    agent,
    setup: null,
    suites: {},
    performance: null,
    environments: [production],
  };
  return {
    definition,
    definitionDigest: 'sha256:d',
    commit: 'c'.repeat(40),
    version: '1.0.0',
    artifacts: { gateway: 'sha256:g', agent: 'sha256:a' },
    agentFiles: { prompts: { 'prompts/system.md': 'sha256:p' }, tools: {}, mappings: {}, schemas: {} },
  };
}
