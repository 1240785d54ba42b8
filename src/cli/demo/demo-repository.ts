import { devNull } from 'node:os';
import { join } from 'node:path';

import { git, type Repository } from '../../lib/git.ts';
import { people } from './demo-people.ts';
import type { DemoPlace } from './demo-place.ts';
import { examplesFolder } from './examples-folder.ts';

/** A commit of the demo with a tag, so that its release has a version that one can say. */
export interface DemoCommit {
  readonly version: string;
  readonly message: string;
  /** What it changes: a patch in `examples/variants`; null: the example as it is. */
  readonly variant: string | null;
}

/** Makes the repository. Its own settings name the engineer, so that commands typed there later are the engineer's. */
export async function initRepository(place: DemoPlace, signal: AbortSignal): Promise<void> {
  await run(place, ['init', '--quiet', '--template='], signal);
  await run(place, ['symbolic-ref', 'HEAD', 'refs/heads/main'], signal);
  const settings = {
    'user.name': 'Demo engineer',
    'user.email': people.engineer,
    'commit.gpgSign': 'false',
    'tag.gpgSign': 'false',
    'core.autocrlf': 'false',
  };
  for (const [name, value] of Object.entries(settings)) await run(place, ['config', name, value], signal);
}

export async function commitVersion(
  place: DemoPlace,
  { version, message, variant }: DemoCommit,
  signal: AbortSignal,
): Promise<void> {
  if (variant !== null) {
    await run(place, ['apply', join(examplesFolder, 'variants', `${variant}.patch`)], signal);
  }
  await run(place, ['add', '--all', '--force'], signal);
  await run(place, ['commit', '--quiet', '--no-verify', '--message', message], signal);
  await run(place, ['tag', `v${version}`], signal);
}

/** Git without the settings of this machine and its user: templates, hooks, signing, line ends, ignored files. */
async function run({ repository }: DemoPlace, args: readonly string[], signal: AbortSignal): Promise<void> {
  const working: Repository = { kind: 'working', folder: repository };
  const env = {
    HOME: devNull,
    XDG_CONFIG_HOME: devNull,
    GIT_CONFIG_GLOBAL: devNull,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_ATTR_NOSYSTEM: '1',
  };
  await git(working, args, { signal, env });
}
