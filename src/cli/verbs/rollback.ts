import { exitCode } from '../exit-code.ts';
import { actorOf } from '../identity.ts';
import { rollbackText } from '../output/rollback-text.ts';
import { integrationKey } from '../project.ts';
import { withServer } from '../server/connect.ts';
import { withProgress } from '../output/progress.ts';
import { defineVerb, required, text, type Verb } from '../verb.ts';

/** A cold deployment is brought up again first: its components may take their whole time to become ready. */
const deadlineMs = 15 * 60_000;

export const rollback: Verb = defineVerb({
  name: 'rollback',
  group: 'Act',
  summary: 'go back to what was live before: code, prompts, model and configuration',
  about:
    'Passes queues and freezes, and ends a change in progress there. What is left goes on hold in that environment,\n' +
    'until `deployer unhold`.',
  arguments: { environment: required('environment', 'e.g. production') },
  options: {
    to: text('--to <deployment>', 'an earlier deployment than the previous one'),
    reason: text('--reason <text>', 'why'),
  },
  examples: [
    ['deployer rollback production', 'back to the previous deployment'],
    ['deployer rollback production --to production-3 --reason "wrong refunds"', 'to a named one'],
  ],
  async run(context, { environment, to, reason }) {
    const integration = await integrationKey(context);
    const actor = await actorOf(context);
    const { out, err } = context.terminal;
    const view = await withServer(context, actor, (client) =>
      withProgress(err, `rolling back ${environment}`, () =>
        client.call(
          'rollback',
          { params: { integration, environment }, body: { to, reason } },
          { timeoutMs: deadlineMs, signal: context.signal },
        ),
      ),
    );
    out.line(context.isJson ? JSON.stringify(view) : rollbackText(view, out.style));
    return exitCode.done;
  },
});
