import type { ApiClient } from '../../api/client.ts';
import { isNewer, type ServerFile } from '../../api/server-file.ts';
import type { ServerView } from '../../api/views/server.ts';
import type { EnvironmentView } from '../../api/views/status.ts';
import { DeployerError } from '../../errors.ts';
import type { Context } from '../context.ts';
import { summedUp } from '../output/trouble-text.ts';
import { integrationKey } from '../project.ts';
import type { HealthCheck } from '../server-verbs.ts';
import { openClient } from '../server/open-client.ts';
import { recordedServer } from '../server/running-server.ts';
import { alertChecks } from './alert-checks.ts';
import { maintenanceChecks } from './maintenance-checks.ts';
import { noServerCheck, unserved } from './no-server.ts';
import { workerChecks } from './worker-checks.ts';

/** The server itself is patient with its database for 20 s; nobody waits so long for a look. */
const databaseTimeoutMs = 5000;

export interface ServerHealth {
  /** Null when none runs, or it does not answer. */
  readonly server: ServerView | null;
  readonly socket: string | null;
  readonly checks: readonly HealthCheck[];
}

/** How the local server is, when one runs; none is started. `isLive`: whether edges or deployments run. */
export async function serverHealth(context: Context, isLive: boolean): Promise<ServerHealth> {
  const record = await recordedServer(context.home).catch(homeCheck);
  if (record !== null && 'checks' in record) return record;
  if (record === null) {
    const check = noServerCheck(await unserved(context.home, isLive));
    return { server: null, socket: null, checks: [check] };
  }
  const client = await openClient({ socketPath: record.socket, actor: null });
  try {
    const server = await client.call('server', {}, { timeoutMs: 5000, signal: context.signal });
    return {
      server,
      socket: record.socket,
      checks: [versionCheck(record, context), ...(await recordedChecks(client, { server, context }))],
    };
  } catch (error) {
    if (!(error instanceof DeployerError)) throw error;
    const detail = `process ${record.pid} does not answer: ${error.message}`;
    const check = {
      name: 'server',
      ok: false,
      detail,
      hint: `Read ${context.home.serverLog}, then: deployer stop`,
    };
    return { server: null, socket: record.socket, checks: [check] };
  } finally {
    await client.close();
  }
}

/** A home that is a copy of another one has no server of its own, and gets none. */
function homeCheck(error: unknown): ServerHealth {
  if (!(error instanceof DeployerError) || error.code !== 'host_taken') throw error;
  const { message: detail, hint } = error;
  return { server: null, socket: null, checks: [{ name: 'home', ok: false, detail, hint }] };
}

function versionCheck(record: ServerFile, { build }: Context): HealthCheck {
  const ok = !isNewer(record, build);
  const detail = `process ${record.pid}, version ${record.version}, answers on ${record.socket}`;
  const hint = ok ? null : `It is newer than this command (${build.version}): use the newer deployer.`;
  return { name: 'server', ok, detail, hint };
}

/** What the server can say only with its database. */
async function recordedChecks(
  client: ApiClient,
  { server, context }: { readonly server: ServerView; readonly context: Context },
): Promise<readonly HealthCheck[]> {
  const workers = await client
    .call('workers', {}, { timeoutMs: databaseTimeoutMs })
    .catch((error: unknown) => silenceOf(error, { server, context }));
  if ('ok' in workers) return [workers];
  return [
    databaseCheck(server),
    ...(await maintenanceChecks(client, new Date())),
    ...workerChecks(workers, new Date()),
    ...(await alertChecks(client, new Date())),
    ...(await environmentChecks(client, context)),
  ];
}

function silenceOf(
  error: unknown,
  { server: { database }, context }: { readonly server: ServerView; readonly context: Context },
): HealthCheck {
  if (!(error instanceof DeployerError) || !isSilentDatabase(error)) throw error;
  return {
    name: 'database',
    ok: false,
    detail: `PostgreSQL (${database.kind}) does not answer the server: ${error.message}`,
    hint:
      database.kind === 'embedded'
        ? `It is started again as soon as it can be. Is its disk full? df -h ${context.home.root}`
        : 'Look at the PostgreSQL that DEPLOYER_DATABASE_URL names; runs go on when it is back.',
  };
}

function isSilentDatabase({ code }: DeployerError): boolean {
  return code === 'database_failed' || code === 'deadline_passed' || code === 'disk_full';
}

function databaseCheck({ database }: ServerView): HealthCheck {
  const process = database.pid === null ? '' : `process ${database.pid}, `;
  return {
    name: 'database',
    ok: true,
    detail: `${process}PostgreSQL ${database.version} (${database.kind})`,
    hint: null,
  };
}

/** Of the integration in this folder, where there is one that the server knows. */
async function environmentChecks(client: ApiClient, context: Context): Promise<readonly HealthCheck[]> {
  try {
    const integration = await integrationKey(context);
    const { environments, notices } = await client.call('status', { params: { integration } });
    return [
      ...environments.map((environment) => environmentCheck(integration, environment)),
      ...notices.map((notice) => ({ name: `${integration} notice`, ok: true, detail: notice, hint: null })),
    ];
  } catch (error) {
    if (error instanceof DeployerError && isNoIntegration(error)) return [];
    throw error;
  }
}

function environmentCheck(integration: string, { name, trouble, live }: EnvironmentView): HealthCheck {
  const check = { name: `${integration}/${name}`, ok: trouble.length === 0 };
  const { grave, sentences, restarting } = summedUp(trouble);
  const [first, ...more] = [...grave, ...sentences];
  if (first === undefined) {
    const detail = live === null ? 'nothing is live' : `${live.deployment} is live`;
    return { ...check, detail, hint: null };
  }
  const detail = more.length === 0 ? first : `${first}; and ${more.length} more: deployer status`;
  const hint = restarting.size === 0 ? `deployer logs ${name}` : 'Look again in a moment: deployer status';
  return { ...check, detail, hint };
}

function isNoIntegration({ code }: DeployerError): boolean {
  return code === 'spec_not_found' || code === 'spec_invalid' || code === 'integration_not_found';
}
