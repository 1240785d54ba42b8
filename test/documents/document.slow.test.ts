import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';

import type { AuditView } from '../../src/api/views/audit.ts';
import type {
  DocumentDiffView,
  DocumentIndexView,
  DocumentView,
  RevisionsView,
} from '../../src/api/views/documents.ts';
import { statementsOf } from '../../src/core/document/document.ts';
import { sha256 } from '../../src/lib/canonical-json.ts';
import { plainWords } from '../../src/core/document/words.ts';
import { homeOfThisFile } from '../harness/deployer-home.ts';
import { helloFile, helloProgram, helloSpec } from '../harness/hello.ts';
import { openProject } from '../harness/project.ts';
import { until } from '../harness/until.ts';

const home = await homeOfThisFile();
const hello = openProject(home, 'hello');

hello.commit({ 'deployer.yaml': helloSpec(), [helloFile]: helloProgram({ says: 'one' }) });

async function history(): Promise<RevisionsView['revisions']> {
  return (await hello.read<RevisionsView>('document', '--history')).revisions;
}

/** What the document says now under an id, without asking for it anew. */
function saying({ document }: DocumentView, id: string): string | null {
  const found = document === null ? undefined : statementsOf(document).find((said) => said.id === id);
  return found === undefined ? null : plainWords(found.text);
}

test('before anything was released there is no document, and the command that makes one is named', async () => {
  expect(await hello.refused(['document'])).toMatchObject({
    exit: 1,
    code: 'document_missing',
    hint: expect.stringContaining('deployer ship'),
  });
});

test('files of a folder are enough for the first document, which says whose they are', async () => {
  const given = await hello.read<DocumentView>('document', '--give');
  expect(given).toMatchObject({ revision: 1, isNew: true, by: 'engineer@example.com' });
  expect(given.causes).toMatchObject([{ what: 'give', subject: 'hello' }]);
  const text = await readFile(join(hello.folder, 'deployment/document.md'), 'utf8');
  expect(text).toContain('# Code Deployment Document: ');
  expect(text).toContain('Nothing has been released yet.');
  expect(await hello.read<DocumentView>('document', '--give')).toMatchObject({ revision: 1, isNew: false });
  // Which files they were can be proved later.
  const spec = sha256(await readFile(join(hello.folder, 'deployer.yaml')));
  const { entries } = await hello.read<AuditView>('audit');
  expect(entries).toContainEqual(
    expect.objectContaining({
      action: 'give',
      detail: { folder: '.', spec, answers: null, questions: null },
    }),
  );
});

test('a release and its switch make a revision by themselves, within seconds, and are named as its cause', async () => {
  await hello.ship();
  const causes = await until('revisions after the ship', async () => {
    const made = (await history()).filter(({ by, revision }) => by === 'deployer' && revision > 1);
    const acts = made.flatMap((each) => each.causes.map(({ what }) => what));
    return acts.includes('switch') ? acts : null;
  });
  expect(causes).toEqual(expect.arrayContaining(['ship', 'switch']));
});

test('the document says what runs where, to the digest, and what the checklist says of it', async () => {
  const view = await hello.read<DocumentView>('document');
  const { live } = await hello.environment('production');
  expect(saying(view, 'environments.release.production')).toContain(live?.release ?? '-');
  expect(saying(view, 'environments.live.production')).toContain(live?.deployment ?? '-');
  expect(saying(view, 'checklist.item.code-deployment')).toContain('done');
  expect(view.document?.sections).toHaveLength(8);
});

test('asking again for what has not changed makes no revision', async () => {
  const before = (await history()).length;
  const one = await hello.read<DocumentView>('document');
  const other = await hello.read<DocumentView>('document');
  expect(other).toMatchObject({ revision: one.revision, isNew: false });
  expect((await history()).length).toBeLessThanOrEqual(before + 1);
});

test('two revisions are compared statement by statement; an old one is shown as it was', async () => {
  const { revision } = await hello.read<DocumentView>('document');
  const diff = await hello.read<DocumentDiffView>('document', '--diff', '1', String(revision));
  const changes = diff.sections.flatMap((section) => section.changes);
  expect(changes).toContainEqual(
    expect.objectContaining({ id: 'environments.release.production', kind: 'added', before: null }),
  );
  const first = await hello.run(['document', '--revision', '1']);
  expect(first.out).toContain('Revision 1 of ');
  expect(first.out).toContain('Nothing has been released yet.');
  const text = await hello.run(['document', '--diff', '1']);
  expect(text.out).toContain('Deployment Environment Setup');
});

test('what happened while no server ran is in the document when one runs again', async () => {
  hello.commit({ [helloFile]: helloProgram({ says: 'two' }) });
  await hello.ship();
  await home.killServer();
  const ship = expect.objectContaining({ what: 'ship', subject: 'hello-2' });
  const revisions = await until('the second ship to be a cause', async () => {
    const all = await history();
    return all.some(({ causes }) => causes.some(({ subject }) => subject === 'hello-2')) ? all : null;
  });
  expect(revisions.flatMap(({ causes }) => causes)).toContainEqual(ship);
});

test('an index names every integration; HTML is one page; an unknown revision is refused with where to look', async () => {
  const index = await hello.read<DocumentIndexView>('document', '--all');
  expect(index.integrations).toMatchObject([{ integration: 'hello', live: [{ environment: 'production' }] }]);
  const html = await hello.run(['document', '--format', 'html']);
  expect(html.out.startsWith('<!doctype html>')).toBe(true);
  const page = await hello.run(['document', '--all', '--format', 'md']);
  expect(page.out).toContain('# Deployment documents');
  expect(await hello.refused(['document', '--revision', '999'])).toMatchObject({
    exit: 1,
    code: 'document_missing',
    hint: 'deployer document --history',
  });
  expect(await hello.refused(['document', '--revision', 'x'])).toMatchObject({ exit: 2 });
});

test('an answer writes the document anew while a server runs', async () => {
  const answered = await hello.run([
    'answer',
    'integration.purpose',
    'It greets people who test it.',
    '--yes',
  ]);
  expect(answered).toMatchObject({ code: 0 });
  expect(answered.out).toContain('deployment/document.md: revision');
  expect(await readFile(join(hello.folder, 'deployment/document.md'), 'utf8')).toContain(
    'greets people who test it',
  );
  const [newest] = await history();
  // The end of the run before it may be told by the same revision.
  expect(newest?.causes).toContainEqual(
    expect.objectContaining({ what: 'answer', subject: 'integration.purpose' }),
  );
});

test('a document that somebody edited stays until it is asked for by its name', async () => {
  const path = join(hello.folder, 'deployment/document.md');
  const edited = (await readFile(path, 'utf8')).replace('greets people', 'greets everybody');
  await writeFile(path, edited);
  const given = await hello.run(['document', '--give']);
  expect(given.out).toContain('was edited by hand and stays as it is');
  const answered = await hello.run(['answer', 'integration.purpose', 'It greets its testers.', '--yes']);
  expect(answered.out).toContain('deployer document --output deployment/document.md');
  expect(await readFile(path, 'utf8')).toBe(edited);
  await hello.run(['document', '--output', 'deployment/document.md']);
  expect(await readFile(path, 'utf8')).toContain('greets its testers');
  await hello.run(['answer', 'integration.purpose', 'It greets people who test it.', '--yes']);
  expect(await readFile(path, 'utf8')).toContain('greets people who test it');
});

test('the checklist on its own comes in the same formats', async () => {
  const markdown = await hello.run(['checklist', '--format', 'md']);
  expect(markdown.out).toMatch(/^# Deployment Checklist: hello/);
  expect((await hello.run(['checklist', '--format', 'html'])).out.startsWith('<!doctype html>')).toBe(true);
});

test('a value of a secret that somebody typed as an answer is not in the document, and no piece of it either', async () => {
  const values = [
    'correct-horse-battery-staple',
    'two  blanks  staple',
    'back`horse`ticks',
    `battery-${'y'.repeat(60)}`,
  ];
  for (const [at, value] of values.entries()) {
    expect(await hello.run(['secret', 'set', `db${at}#password`], { input: value })).toMatchObject({
      code: 0,
    });
  }
  await hello.run(['answer', 'integration.name', `Hello ${values[1]}`, '--yes']);
  await hello.run(['answer', 'integration.purpose', `It logs in with ${values.join(' or ')}.`, '--yes']);
  // An answer that settles nothing is shown by its beginning.
  await hello.run(['answer', 'infrastructure.budget', `${'.'.repeat(180)} ${values[3]}`, '--yes']);
  const text = await readFile(join(hello.folder, 'deployment/document.md'), 'utf8');
  expect(text).toContain('It logs in with \\[redacted\\] or ');
  expect(text).toContain('infrastructure.budget');
  const view = await hello.read<DocumentView>('document');
  const index = await hello.read<DocumentIndexView>('document', '--all');
  const shown = [text, JSON.stringify(view.document), JSON.stringify(index)].join(' ');
  expect(index.integrations).toMatchObject([{ name: 'Hello [redacted]' }]);
  expect(['horse', 'staple', 'battery', 'yyyy'].filter((piece) => shown.includes(piece))).toEqual([]);
});
