import { afterAll, afterEach } from 'vitest';

import { type EngineStage, openEngineStage } from './engine-scene.ts';
import type { Point } from './fake-places.ts';

/** A stage of the calling file, where a test may interfere with what the places do. */
export interface EngineStageOfFile extends EngineStage {
  /** Called before every act of the places, until the test has ended. */
  interfere(point: Point): void;
}

/** A stage that is closed when the tests of the calling file have ended. */
export async function engineStageOfThisFile(): Promise<EngineStageOfFile> {
  const nothing: Point = () => undefined;
  let point = nothing;
  const stage = await openEngineStage((name, subject) => point(name, subject));
  afterEach(() => {
    point = nothing;
  });
  afterAll(() => stage[Symbol.asyncDispose]());
  return { ...stage, interfere: (next) => void (point = next) };
}
