import type { WorkersView } from '../../src/api/views/workers.ts';
import { openClient } from '../../src/cli/server/open-client.ts';
import type { DeployerHome } from './deployer-home.ts';
import { until } from './until.ts';

/** The workers that the server of a home knows. */
export async function workersAt(home: DeployerHome): Promise<WorkersView> {
  const record = await until('a server', () => home.server());
  const client = await openClient({ socketPath: record.socket, actor: null });
  try {
    return await client.call('workers', {});
  } finally {
    await client.close();
  }
}
