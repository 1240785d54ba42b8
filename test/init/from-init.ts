import { expect } from 'vitest';

import type { ChecklistView } from '../../src/api/views/checklist.ts';
import type { DocumentView } from '../../src/api/views/documents.ts';
import type { DeployerHome } from '../harness/deployer-home.ts';
import { openProject, type Project, shipped } from '../harness/project.ts';
import type { Files } from '../scratch-repository.ts';

/** From a repository to production, with nothing edited by hand in between. */
export async function fromInit(home: DeployerHome, name: string, files: Files): Promise<Project> {
  const project = openProject(home, name);
  // Answered beforehand: nobody waits a minute for a watch to end.
  project.commit({ ...files, 'team.yaml': { answers: { 'rollback.watch': '3s' } } });
  expect(await project.run(['init', '--answers', 'team.yaml'])).toMatchObject({ code: 0 });
  project.commit({}, { message: 'Deployer' });
  const first = await project.ship();
  expect(first.result).toMatchObject({ waiting: { kind: 'approval', environment: 'production' } });
  expect(await project.run(['approve', first.run])).toMatchObject({ code: 0 });
  const followed = await shipped(project.start(['run', first.run, '--follow', '--json']));
  expect(followed).toMatchObject({ code: 0, result: { state: 'succeeded' } });
  return project;
}

/** What document and checklist say of every integration that has got to production. */
export async function expectWrittenDown(project: Project): Promise<void> {
  const { document } = await project.read<DocumentView>('document');
  const checklist = await project.read<ChecklistView>('checklist');
  const { live } = await project.environment('production');
  expect(live).toMatchObject({ deployment: 'production-1' });
  expect(document?.sections).toHaveLength(8);
  expect(JSON.stringify(document)).toContain(live?.release ?? '-');
  expect(checklist).toMatchObject({ release: live?.release, environments: ['dev', 'staging', 'production'] });
  expect(checklist.items).toHaveLength(9);
  const proven = ['code-deployment', 'configuration-validation', 'approval'];
  const cells = checklist.items.map(({ id, cells: all }) => [id, all['production']?.status]);
  expect(Object.fromEntries(cells)).toMatchObject(Object.fromEntries(proven.map((id) => [id, 'done'])));
  const testing = checklist.items.find(({ id }) => id === 'testing')?.cells['production'];
  expect(testing?.parts.find(({ name }) => name === 'unit')).toMatchObject({ status: 'done' });
}
