import type { Context } from '../context.ts';
import { DeployerError } from '../../errors.ts';
import { findProject, integrationKey } from '../project.ts';
import { withRunningServer } from '../server/connect.ts';

/** The names that a word on the command line may have. Empty where they cannot be told: completion never complains. */
export async function namesOf(context: Context, kind: string): Promise<readonly string[]> {
  try {
    return kind === 'run' ? await runNames(context) : await environmentNames(context);
  } catch (error) {
    if (error instanceof DeployerError) return [];
    throw error;
  }
}

async function environmentNames(context: Context): Promise<readonly string[]> {
  const { readYaml } = await import('../../spec/yaml-source.ts');
  const { value } = readYaml((await findProject(context)).text);
  const environments = memberOf(value, 'environments');
  return typeof environments === 'object' && environments !== null ? Object.keys(environments) : [];
}

async function runNames(context: Context): Promise<readonly string[]> {
  const integration = await integrationKey(context);
  const view = await withRunningServer(context, (client) =>
    client.call('runs', { params: { integration }, query: {} }, { timeoutMs: 1000 }),
  );
  return view?.runs.map(({ run }) => run) ?? [];
}

function memberOf(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
}
