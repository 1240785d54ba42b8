import { expect, test } from 'vitest';

import { cellFacts, definition, live, nothingYet, place } from '../../../test/harness/cell-facts.ts';
import { componentOf } from '../../../test/harness/definition.ts';
import type { Component, ComponentShape } from '../definition/integration.ts';
import { cellAt } from './cells.ts';
import type { CellFacts } from './facts.ts';

const GB = 1e9;
const worker = { activation: 'when-live' } as const;

type Limited = Partial<Component> & {
  readonly name: string;
  readonly gb?: number;
  readonly replicas?: number;
};

function limited({ gb, replicas = 1, ...own }: Limited): Component & { readonly shape: ComponentShape } {
  const memoryBytes = gb === undefined ? null : gb * GB;
  const shape = { replicas, env: {}, resources: { cpuMillis: null, memoryBytes } };
  return { ...componentOf(own), shape };
}

interface Change extends Partial<CellFacts> {
  readonly own: readonly Limited[];
  readonly beside?: readonly Limited[];
}

/** Staging with a place of 4 GB, where a release of these components is live unless said otherwise. */
function facts({ own, beside = [], ...change }: Change): CellFacts {
  const components = own.map(limited);
  const base = definition({ components });
  const shapes = Object.fromEntries(components.map(({ name, shape }) => [name, shape]));
  const environments = base.environments.map((each) => ({ ...each, shapes }));
  return cellFacts({
    definition: { ...base, environments },
    besideRelease: beside.map(limited),
    ...change,
  });
}

const candidate = { ...live, id: 'staging-5', isStable: false };

test.each<readonly [string, CellFacts, string, string]>([
  [
    'two of what is live fit beside each other',
    facts({ own: [{ name: 'web', gb: 0.5, replicas: 4 }] }),
    'done',
    'needs 4.0 GB by the limits of what is live and as much again beside it; 3.0 GB are available',
  ],
  [
    'two of what is live do not fit',
    facts({ own: [{ name: 'web', gb: 0.6, replicas: 4 }] }),
    'failed',
    'the place has 4.0 GB of memory, and needs 4.8 GB',
  ],
  [
    'a release that comes after another one does not fit beside that',
    facts({ own: [{ name: 'web', gb: 1 }], beside: [{ name: 'web', gb: 3.5 }], deployment: candidate }),
    'failed',
    'needs 4.5 GB by the limits of this release and what is live',
  ],
  [
    'the first release stands beside nothing',
    facts({ own: [{ name: 'web', gb: 3.5 }], deployment: candidate }),
    'done',
    'needs 3.5 GB by the limits of this release;',
  ],
  [
    'a worker never runs beside the former one',
    facts({
      own: [
        { name: 'web', gb: 0.5 },
        { name: 'taker', gb: 3, ...worker },
      ],
    }),
    'done',
    'needs 4.0 GB',
  ],
  [
    'of two workers the one with the higher limit counts',
    facts({
      own: [{ name: 'taker', gb: 1, ...worker }],
      beside: [{ name: 'taker', gb: 3, ...worker }],
      deployment: candidate,
    }),
    'done',
    'needs 3.0 GB',
  ],
  [
    'a worker that overlaps runs beside the former one',
    facts({ own: [{ name: 'taker', gb: 2.5, overlap: true, ...worker }] }),
    'failed',
    'needs 5.0 GB',
  ],
  [
    'what exists once is there once',
    facts({
      own: [
        { name: 'web', gb: 0.5 },
        { name: 'store', gb: 3, scope: 'environment' },
      ],
    }),
    'done',
    'needs 4.0 GB',
  ],
  [
    'a component without a limit is named, and what it takes is not known',
    facts({ own: [{ name: 'web', gb: 1 }, { name: 'model' }] }),
    'undecided',
    'needs 2.0 GB by the limits of what is live and as much again beside it, without model, which has no limit',
  ],
  [
    'without any limit there is nothing to compare',
    facts({ own: [{ name: 'web' }], place: place({ memory: null }) }),
    'not-applicable',
    'no component has a memory limit in staging',
  ],
  [
    'a place that cannot tell is not done',
    facts({ own: [{ name: 'web', gb: 1 }], place: place({ memory: null }) }),
    'undecided',
    'the memory of the process place cannot be told; it needs 2.0 GB',
  ],
])('the memory of a place: %s', (_, given, status, reason) => {
  const found = cellAt('infrastructure-setup', given).parts.find(({ name }) => name === 'memory');
  expect(found?.reason).toContain(reason);
  expect(found?.status).toBe(status);
});

test('an observation from before memory was looked at says nothing of it, and an item with it is undecided', () => {
  const { memory: _, ...observation } = place().observation;
  const given = facts({ own: [{ name: 'web', gb: 1 }], place: { ...place(), observation } });
  const cell = cellAt('infrastructure-setup', given);
  expect(cell).toMatchObject({ status: 'undecided', next: 'free -h' });
  expect(cell.reason).toContain('has not been looked at');
});

test('before anything was deployed no memory is spoken of', () => {
  expect(cellAt('infrastructure-setup', nothingYet()).parts.map(({ name }) => name)).toEqual(['place']);
});
