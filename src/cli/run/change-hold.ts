import type { HoldRequest } from '../../api/requests.ts';
import type { HoldsView } from '../../api/views/holds.ts';
import type { Context } from '../context.ts';
import { exitCode } from '../exit-code.ts';
import { actorOf } from '../identity.ts';
import { holdText } from '../output/releases-text.ts';
import { integrationKey } from '../project.ts';
import { withServer } from '../server/connect.ts';

/** Sets or lifts a hold, and says which ones there are now. Resolves with the exit code. */
export async function changeHold(
  context: Context,
  call: 'hold' | 'unhold',
  { release, ...body }: HoldRequest & { readonly release: string },
): Promise<number> {
  const integration = await integrationKey(context);
  const actor = await actorOf(context);
  const view = await withServer(context, actor, (client) =>
    client.call(call, { params: { integration, release }, body }),
  );
  context.terminal.out.line(context.isJson ? JSON.stringify(view) : holdsText(context, view));
  return exitCode.done;
}

function holdsText({ terminal: { out } }: Context, { version, holds }: HoldsView): string {
  const sign = out.style.good('✓');
  if (holds.length === 0) return `${sign} ${out.style.bold(version)} is not on hold anywhere`;
  return holds.map((entry) => `${sign} ${out.style.bold(version)} is ${holdText(entry)}`).join('\n');
}
