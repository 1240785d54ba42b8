import { afterAll, afterEach, beforeAll } from 'vitest';

import type { Preparation, Target } from '../../src/core/places/target.ts';
import { fixtureProgram } from './fixture-program.ts';
import {
  component,
  type FixtureComponent,
  preparation,
  ref,
  soon,
  type TargetHarness,
} from './target-harness.ts';

/** What the tests of one file work on: a target, and deployments of the fixture program that end with their test. */
export interface TestBed<Harness extends TargetHarness = TargetHarness> {
  readonly harness: Harness;
  readonly target: Harness['target'];
  deployment(fixtures: readonly FixtureComponent[], own?: Partial<Preparation>): Preparation;
}

/** Opens a target before the tests of the calling file or `describe`, and closes it after them. */
export function useTestBed<Harness extends TargetHarness>(open: () => Promise<Harness>): TestBed<Harness> {
  let opened: { readonly harness: Harness; readonly program: string } | null = null;
  let made: Preparation[] = [];
  let count = 0;

  beforeAll(async () => {
    const harness = await open();
    const program = await harness.artifact({ 'main.mjs': fixtureProgram, 'notes.txt': 'no program' });
    opened = { harness, program };
  });

  afterEach(async () => {
    const target: Target = current().harness.target;
    // What exists once is prepared with several inputs.
    const ids = new Map(made.map((deployment) => [deployment.deployment, ref(deployment)]));
    await Promise.all([...ids.values()].map((deployment) => target.retire(deployment, soon(60))));
    made = [];
  });

  afterAll(async () => {
    await opened?.harness[Symbol.asyncDispose]();
  });

  function current(): { readonly harness: Harness; readonly program: string } {
    if (opened === null) throw new Error('the test bed is used before it is open');
    return opened;
  }

  return {
    get harness() {
      return current().harness;
    },
    get target() {
      return current().harness.target;
    },
    deployment(fixtures, own = {}) {
      count += 1;
      const { harness, program } = current();
      const components = fixtures.map((fixture) => component(program, fixture));
      const deployment = { ...preparation(`production-${count}`, components, harness.baseEnv), ...own };
      made.push(deployment);
      return deployment;
    },
  };
}
