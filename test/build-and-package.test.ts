import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { gitSources } from '../src/artifacts/git-sources.ts';
import { openArtifactFolder } from '../src/artifacts/artifact-folder.ts';
import type { Component, IntegrationDefinition } from '../src/core/definition/integration.ts';
import type { NewRelease, Releases } from '../src/core/releases/records.ts';
import type { Sources } from '../src/core/releases/sources.ts';
import type { ReleaseFacts, StepContext } from '../src/core/pipeline/step.ts';
import { digestOf } from '../src/lib/canonical-json.ts';
import { checkOut } from '../src/lib/git-checkout.ts';
import { listTree, matchingEntries, readBlob } from '../src/lib/git-tree.ts';
import { identifyProcess } from '../src/lib/process-identity.ts';
import { waitUntil } from '../src/lib/wait-until.ts';
import { buildStep } from '../src/steps/build.ts';
import { checkoutStep } from '../src/steps/checkout.ts';
import { packageStep } from '../src/steps/package.ts';
import { component, definition, stepContext, type TestedStep } from './steps/step-context.ts';

let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'release-'));
});

afterEach(async () => {
  await rm(root, { recursive: true });
});

test('a commit becomes one release of what its builds made', async () => {
  const line = await pipeline({ 'web/in.txt': 'one', 'prompts/a.md': 'be kind' }, withAgent(building()));
  await using tested = await line.begin();
  expect(await line.checkout.run(tested.context)).toMatchObject({ verdict: 'pass' });
  expect(await line.build.run(tested.context)).toMatchObject({
    verdict: 'pass',
    reason: expect.stringMatching(/^Built 1 component in .* s: web$/),
  });
  const outcome = await line.package.run(tested.context);
  expect(outcome).toMatchObject({
    verdict: 'pass',
    reason: expect.stringMatching(/^Release 0\.0\.1: 1 artifact of .* in all$/),
  });
  const [release] = line.created;
  expect(release?.manifest.agent?.prompts).toEqual({ 'prompts/a.md': expect.stringMatching(/^sha256:/) });
  expect(outcome.evidence[0]?.body['release']).toBe(digestOf(release?.manifest));
  expect(tested.lines).toContain('stdout: web | building one');
});

test('a second run of a commit builds nothing and gets what was packed', async () => {
  const line = await pipeline({ 'web/in.txt': 'one', 'web/test.txt': 'kept out' }, building());
  await line.ship();
  await using second = await line.begin();
  await line.checkout.run(second.context);
  expect(await line.build.run(second.context)).toMatchObject({
    verdict: 'pass',
    reason: 'Nothing was built: release 0.0.1 of this commit exists',
  });
  expect(await readFile(join(second.context.folder, 'web/out.txt'), 'utf8')).toBe('built one\n');
  expect(await readFile(join(second.context.folder, 'web/test.txt'), 'utf8')).toBe('kept out');
  expect(second.lines.join()).not.toContain('building one');
  expect(await line.package.run(second.context)).toMatchObject({
    reason: 'Release 0.0.1 of this commit exists; 1 artifact verified',
  });
  expect(line.created).toHaveLength(1);
});

test('a damaged artifact of an existing release is named, not packed anew', async () => {
  const line = await pipeline({ 'web/in.txt': 'one' }, building());
  const digest = (await line.ship()).artifacts['web'] ?? '';
  await writeFile(join(root, 'artifacts/blobs', digest.replace(':', '/')), 'damaged');
  await using second = await line.begin();
  await line.checkout.run(second.context);
  await expect(line.build.run(second.context)).rejects.toMatchObject({ code: 'artifact_damaged' });
  await expect(line.package.run(second.context)).rejects.toMatchObject({ code: 'artifact_damaged' });
});

test('a failing build says which, how, and shows its last lines; other builds are stopped', async () => {
  const sleeping = build('echo $$ > ../pid; sleep 60');
  const failing = build('while ! [ -s ../pid ]; do sleep 0.01; done; echo no such module >&2; exit 4');
  const line = await pipeline(
    { 'web/in.txt': '', 'agent/in.txt': '' },
    definition({
      components: [component('agent', { build: sleeping }), component('web', { build: failing })],
    }),
  );
  await using tested = await line.begin();
  await line.checkout.run(tested.context);
  const outcome = await line.build.run(tested.context);
  expect(outcome).toMatchObject({
    verdict: 'fail',
    reason: expect.stringMatching(/^The build of web \(`.*` in web\) exited 4 after .* s$/),
    evidence: [{ body: { builds: [{ components: ['web'], lastLines: ['no such module'] }] } }],
  });
  const pid = Number(await readFile(join(tested.context.folder, 'pid'), 'utf8'));
  expect(await identifyProcess(pid)).toBeNull();
});

test('a cancelled build has stopped when the step ends', async () => {
  const line = await pipeline({ 'web/in.txt': '' }, withBuild('echo $$ > pid; sleep 60'));
  await using tested = await line.begin();
  await line.checkout.run(tested.context);
  const running = line.build.run(tested.context);
  const pidFile = join(tested.context.folder, 'web/pid');
  const pid = await waitUntil(async () => Number(await readFile(pidFile, 'utf8').catch(() => '')) || null, {
    timeoutMs: 10_000,
    what: 'the build to start',
    hint: 'none',
  });
  tested.cancel(new Error('cancelled by a person'));
  await expect(running).rejects.toThrow('cancelled by a person');
  expect(await identifyProcess(pid)).toBeNull();
});

test('a build that hangs is stopped when its time is over', async () => {
  const line = await pipeline({ 'web/in.txt': '' }, withBuild('sleep 60', 200));
  await using tested = await line.begin();
  await line.checkout.run(tested.context);
  expect(await line.build.run(tested.context)).toMatchObject({
    verdict: 'fail',
    reason: expect.stringContaining('was still running when its time was over'),
  });
});

test('a component folder that the commit lacks is named', async () => {
  const line = await pipeline({ 'other/in.txt': '' }, building());
  await using tested = await line.begin();
  await line.checkout.run(tested.context);
  await expect(line.build.run(tested.context)).rejects.toThrow(/web: there is no such folder/);
});

test('globs of the agent that match nothing are refused', async () => {
  const line = await pipeline({ 'web/in.txt': 'one' }, withAgent(building()));
  await using tested = await line.begin();
  await line.checkout.run(tested.context);
  await expect(line.package.run(tested.context)).rejects.toMatchObject({ path: 'agent.prompts' });
});

test('a checkout begins anew over what an interrupted one left', async () => {
  const line = await pipeline({ 'web/in.txt': 'one' }, building());
  await using tested = await line.begin();
  await mkdir(join(tested.context.workspace, 'web'), { recursive: true });
  await writeFile(join(tested.context.workspace, 'web/half'), '');
  await line.checkout.run(tested.context);
  expect(await readFile(join(tested.context.folder, 'web/in.txt'), 'utf8')).toBe('one');
  await expect(stat(join(tested.context.workspace, 'web/half'))).rejects.toThrow('ENOENT');
});

interface Pipeline {
  readonly checkout: ReturnType<typeof checkoutStep>;
  readonly build: ReturnType<typeof buildStep>;
  readonly package: ReturnType<typeof packageStep>;
  readonly created: readonly NewRelease[];
  begin(): Promise<TestedStep>;
  /** Checkout, build and package in one. */
  ship(): Promise<ReleaseFacts>;
}

async function pipeline(
  files: Readonly<Record<string, string>>,
  described: IntegrationDefinition,
): Promise<Pipeline> {
  const commit = await commitOf(files);
  const created: NewRelease[] = [];
  const releases = releasesIn(created);
  const sources = sourcesOf(join(root, 'repository'));
  const commits = gitSources(() => join(root, 'repository', '.git'));
  const artifacts = openArtifactFolder(join(root, 'artifacts'));
  const ports = { sources, commits, releases, artifacts, parallel: 2, nodeFolder: '/none' };
  const steps = {
    checkout: checkoutStep(ports),
    build: buildStep(ports),
    package: packageStep(ports),
    created,
  };
  async function begin(): Promise<TestedStep> {
    const tested = await stepContext({ definition: described });
    const context: StepContext = { ...tested.context, run: { ...tested.context.run, commit } };
    return { ...tested, context };
  }
  async function ship(): Promise<ReleaseFacts> {
    await using tested = await begin();
    for (const step of [steps.checkout, steps.build, steps.package]) await step.run(tested.context);
    const release = await releases.ofCommit('desk', commit);
    if (release === null) throw new Error('no release was made');
    return release;
  }
  return { ...steps, begin, ship };
}

async function commitOf(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = join(root, 'repository');
  for (const [path, content] of Object.entries(files)) {
    await mkdir(join(folder, path, '..'), { recursive: true });
    await writeFile(join(folder, path), content);
  }
  const git = async (...args: readonly string[]): Promise<string> => {
    const author = ['-c', 'user.name=Dev', '-c', 'user.email=dev@example.com'];
    const { stdout } = await promisify(execFile)('git', ['-C', folder, ...author, ...args]);
    return stdout.trim();
  };
  await git('init', '--quiet');
  await git('add', '.');
  await git('commit', '--quiet', '--message', 'One');
  return git('rev-parse', 'HEAD');
}

function sourcesOf(repository: string): Sources {
  const clone = { kind: 'bare', folder: join(repository, '.git') } as const;
  return {
    checkout: ({ commit }, into, signal) => checkOut({ clone, commit, folder: '.', into }, signal),
    filesAt: async ({ commit }, folder, globs, signal) => {
      const entries = matchingEntries(await listTree(clone, commit, signal), folder, globs);
      const files = entries.map(async ({ path, object }) => {
        return [path, await readBlob(clone, object, signal)] as const;
      });
      return new Map(await Promise.all(files));
    },
    versionOf: async () => '0.0.1',
  };
}

function releasesIn(created: NewRelease[]): Releases {
  const facts = (release: NewRelease): ReleaseFacts => ({
    id: digestOf(release.manifest),
    version: release.manifest.version,
    artifacts: release.manifest.artifacts,
  });
  return {
    ofCommit: async (_, commit) => {
      const found = created.find(({ manifest }) => manifest.commit === commit);
      return found === undefined ? null : facts(found);
    },
    isVersionTaken: async () => false,
    create: async (release) => {
      created.push(release);
      return facts(release);
    },
  };
}

function building(): IntegrationDefinition {
  return withBuild('echo building $(cat in.txt); echo built $(cat in.txt) > out.txt');
}

function withBuild(run: string, timeoutMs = 10_000): IntegrationDefinition {
  return definition({
    components: [component('web', { build: build(run, timeoutMs), exclude: ['test.txt'] })],
  });
}

function build(run: string, timeoutMs = 10_000): Component['build'] {
  return { run, timeoutMs, env: {} };
}

function withAgent(base: IntegrationDefinition): IntegrationDefinition {
  const agent = {
    prompts: ['prompts/*.md'],
    model: null,
    tools: [],
    mappings: [],
    schemas: [],
    state: null,
  };
  return { ...base, agent };
}
