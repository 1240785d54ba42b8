import { relative, sep } from 'node:path';

import type { TrackRequest } from '../../api/requests.ts';
import { callerEnv } from '../../core/pipeline/caller-env.ts';
import { count } from '../../core/texts/figures.ts';
import { DeployerError } from '../../errors.ts';
import { findRepository } from '../../lib/git-repository.ts';
import { loadSpec } from '../../spec/load.ts';
import type { Context } from '../context.ts';
import { findProject } from '../project.ts';

export interface ToTrack {
  readonly integration: string;
  readonly request: Omit<TrackRequest, 'polls'>;
}

/** What `track` means in a folder: `trigger.branch`, as the file there says, of the clone or of a remote of it. */
export async function branchToTrack(context: Context, remote: string | null): Promise<ToTrack> {
  const project = await findProject(
    context,
    'Go to a clone of the integration: what is tracked is its branch.',
  );
  const found = await findRepository(project.folder, context.signal);
  const folder = found.folder.split(sep).join('/');
  const file = relative(context.cwd, project.file);
  const { definition, problems } = loadSpec({ text: project.text, file, folder });
  if (definition === null) {
    const errors = problems.filter(({ severity }) => severity === 'error');
    throw new DeployerError('spec_invalid', {
      message: `${file} has ${count(errors.length, 'problem')}.`,
      hint: 'deployer check',
      detail: errors.map(
        ({ line, column, path, message }) => `${file}:${line}:${column} ${path}: ${message}`,
      ),
    });
  }
  const { integration } = context;
  if (integration !== null && integration !== definition.key) {
    throw new DeployerError('usage', {
      message: `${file} is of "${definition.key}", not of "${integration}".`,
      hint: `deployer track   (in a clone of ${integration})`,
      path: 'integration',
    });
  }
  const { branch } = definition.trigger;
  const request = { repository: found.root, folder, remote, branch, env: callerEnv(context.env) };
  return { integration: definition.key, request };
}
