import { basename, dirname, join } from 'node:path';

import type { DeploymentRef } from '../../core/places/target.ts';

/** Where the files of one deployment are. All but the logs goes when it retires. */
export interface DeploymentFolder {
  readonly root: string;
  /** The frozen inputs, as given to `prepare`. */
  readonly preparation: string;
  /** Which process looks after it and how to talk to it. */
  readonly supervisor: string;
  /** What the supervisor must remember over its own end: whether workers are wanted. */
  readonly intent: string;
  /** What runs in the system, so that it can be ended without the supervisor. */
  readonly leftovers: string;
  /** One folder per start of a supervisor, with the unpacked artifacts. */
  readonly starts: string;
  readonly logs: string;
  readonly supervisorLog: string;
  readonly socket: string;
  /** Of a resident: kept whatever becomes of its other files. */
  readonly data: string;
}

export function deploymentFolder(home: string, ref: DeploymentRef): DeploymentFolder {
  return folderAt(
    join(home, 'environments', ref.integration, ref.environment, 'deployments', ref.deployment),
  );
}

export function folderAt(root: string): DeploymentFolder {
  const logs = join(root, 'logs');
  return {
    root,
    preparation: join(root, 'preparation.json'),
    supervisor: join(root, 'supervisor.json'),
    intent: join(root, 'intent.json'),
    leftovers: join(root, 'leftovers.json'),
    starts: join(root, 'starts'),
    logs,
    supervisorLog: join(logs, 'supervisor.log'),
    socket: join(root, 'supervisor.sock'),
    data: join(dirname(dirname(root)), 'data', basename(root)),
  };
}
