import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';

import type { Preparation } from '../../src/core/target.ts';
import { fixtureProgram } from './fixture-program.ts';
import {
  ask,
  component,
  type FixtureComponent,
  preparation,
  ref,
  soon,
  type TargetHarness,
} from './target-harness.ts';

/** What every target promises. Each target's test file calls this with a way to open it. */
export function targetConformance(name: string, open: () => Promise<TargetHarness>): void {
  describe(`${name} target`, () => {
    let harness: TargetHarness;
    let program: string;
    let prepared: Preparation[] = [];
    let count = 0;

    beforeAll(async () => {
      harness = await open();
      program = await harness.artifact({ 'main.mjs': fixtureProgram });
    });

    afterEach(async () => {
      await Promise.all(prepared.map((deployment) => harness.target.retire(ref(deployment), soon())));
      prepared = [];
    });

    afterAll(async () => {
      await harness[Symbol.asyncDispose]();
    });

    function deployment(fixtures: readonly FixtureComponent[]): Preparation {
      count += 1;
      const components = fixtures.map((fixture) => component(program, fixture));
      const made = preparation(`production-${count}`, components, harness.baseEnv);
      prepared.push(made);
      return made;
    }

    test('a prepared deployment is ready, and its public replicas answer at its endpoints', async () => {
      const gateway = deployment([{ name: 'gateway', isPublic: true, replicas: 2 }]);
      await harness.target.prepare(gateway, soon());
      const observation = await harness.target.observe(ref(gateway), soon());
      expect(observation).toMatchObject({ state: 'ready', reason: null, workersActive: null });
      expect(observation.endpoints).toHaveLength(2);
      const answers = await Promise.all(observation.endpoints.map((endpoint) => ask(endpoint, '/')));
      expect(answers).toMatchObject([{ name: 'gateway' }, { name: 'gateway' }]);
      expect(new Set(answers.map(({ pid }) => pid)).size).toBe(2);
    });

    test('a retired deployment is absent, and retiring it again is no error', async () => {
      const gateway = deployment([{ name: 'gateway', isPublic: true }]);
      await harness.target.prepare(gateway, soon());
      const [endpoint] = (await harness.target.observe(ref(gateway), soon())).endpoints;
      await harness.target.retire(ref(gateway), soon());
      expect(await harness.target.observe(ref(gateway), soon())).toMatchObject({
        state: 'absent',
        endpoints: [],
      });
      await expect(ask(endpoint, '/')).rejects.toThrow('fetch failed');
      await harness.target.retire(ref(gateway), soon());
    });
  });
}
