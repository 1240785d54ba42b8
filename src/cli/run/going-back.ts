import type { ApiClient } from '../../api/client.ts';
import type { RollbackReadinessView } from '../../api/views/rollback.ts';
import { DeployerError } from '../../errors.ts';
import type { Context } from '../context.ts';
import { withRunningServer } from '../server/connect.ts';

/** What a rollback of each environment would do now, or in a sentence why that cannot be told. */
export async function goingBack(
  context: Context,
  integration: string,
  environments: readonly string[],
): Promise<readonly (RollbackReadinessView | string)[]> {
  try {
    const views = await withRunningServer(context, (client) =>
      Promise.all(environments.map((environment) => goingBackIn(client, integration, environment))),
    );
    return views ?? environments.map(() => 'no server runs that could tell (deployer status starts one)');
  } catch (error) {
    if (!(error instanceof DeployerError)) throw error;
    return environments.map(() => error.message);
  }
}

/** One environment that the server does not know, or cannot tell about, says nothing about the others. */
async function goingBackIn(
  client: ApiClient,
  integration: string,
  environment: string,
): Promise<RollbackReadinessView | string> {
  try {
    return await client.call('rollbackReadiness', { params: { integration, environment }, query: {} });
  } catch (error) {
    if (!(error instanceof DeployerError)) throw error;
    const isNew = error.code === 'integration_not_found' || error.code === 'environment_not_found';
    return isNew ? 'nothing has been shipped yet' : error.message;
  }
}
