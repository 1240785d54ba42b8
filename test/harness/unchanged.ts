import { expect } from 'vitest';

import type { Project } from './project.ts';
import { ask } from './users.ts';

/** Does something that must leave an environment as it was: the same deployments, and the same answer to users. */
export async function expectUnchanged(
  project: Project,
  name: string,
  act: () => Promise<void>,
): Promise<void> {
  const before = await project.environment(name);
  const answer = await ask(before);
  await act();
  const after = await project.environment(name);
  expect(after.live).toEqual(before.live);
  expect(after.previous?.deployment).toEqual(before.previous?.deployment);
  expect(after.candidate).toBeNull();
  expect(after.url).toEqual(before.url);
  expect(await ask(after)).toEqual(answer);
}
