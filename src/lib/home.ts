import { homedir } from 'node:os';
import { join } from 'node:path';

/** The files and folders of a server's home (contract section 3). Every path is absolute. */
export interface Home {
  readonly root: string;
  readonly serverFile: string;
  /** Which host this is. */
  readonly hostFile: string;
  readonly serverLog: string;
  /** Where the API's socket belongs; the server may have to open it elsewhere (see `socketPath`). */
  readonly apiSocket: string;
  readonly lock: string;
  readonly databaseFile: string;
  readonly postgres: string;
  readonly artifacts: string;
  readonly certificateAuthority: string;
  /** Opens the secrets; the only thing of the home that must never be lost, nor copied to where the database is. */
  readonly secretsKey: string;
  readonly workspaces: string;
  /** Where a restore lays out a backup before anything changes. */
  readonly restoring: string;
  /** What its operator keeps, and for how long. */
  readonly retention: string;
  source(integration: string): string;
  workspace(run: string): string;
  environment(integration: string, environment: string): string;
  deployments(integration: string, environment: string): string;
  deployment(integration: string, environment: string, deployment: string): string;
}

/** `DEPLOYER_HOME`, else the XDG state folder. */
export function homeRoot(env: Readonly<Record<string, string | undefined>>): string {
  const named = env['DEPLOYER_HOME'];
  if (named !== undefined && named !== '') return named;
  const state = env['XDG_STATE_HOME'];
  return join(state === undefined || state === '' ? join(homedir(), '.local', 'state') : state, 'deployer');
}

export function homeAt(root: string): Home {
  const environments = join(root, 'environments');
  return {
    root,
    serverFile: join(root, 'server.json'),
    hostFile: join(root, 'host.json'),
    serverLog: join(root, 'server.log'),
    apiSocket: join(root, 'api.sock'),
    lock: join(root, 'server.lock'),
    databaseFile: join(root, 'database.json'),
    postgres: join(root, 'postgres'),
    artifacts: join(root, 'artifacts'),
    certificateAuthority: join(root, 'ca'),
    secretsKey: join(root, 'secrets', 'key'),
    workspaces: join(root, 'workspaces'),
    restoring: join(root, 'restoring'),
    retention: join(root, 'retention.json'),
    source: (integration) => join(root, 'sources', `${integration}.git`),
    workspace: (run) => join(root, 'workspaces', run),
    environment: (integration, environment) => join(environments, integration, environment),
    deployments: (integration, environment) => join(environments, integration, environment, 'deployments'),
    deployment: (integration, environment, deployment) =>
      join(environments, integration, environment, 'deployments', deployment),
  };
}
