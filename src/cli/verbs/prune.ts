import type { PruneView } from '../../api/views/housekeeping.ts';
import { exitCode } from '../exit-code.ts';
import { actorOf } from '../identity.ts';
import { withProgress } from '../output/progress.ts';
import { prunedText } from '../output/pruned-text.ts';
import { withServer } from '../server/connect.ts';
import { defineVerb, flag, type Verb } from '../verb.ts';

/** A clone with a long history takes minutes to collect. */
const deadlineMs = 60 * 60_000;

export const prune: Verb = defineVerb({
  name: 'prune',
  group: 'Run',
  summary: 'remove what nobody needs any more; the server does it every night',
  about:
    'Never what runs, what a rollback returns to, or what an open run needs. `retention.json` in the home says how much\n' +
    'more is kept. Audit, decisions, switches and evidence always stay.',
  arguments: {},
  options: { dryRun: flag('--dry-run', 'only show what would go') },
  examples: [
    ['deployer prune --dry-run', 'see what would go'],
    ['deployer prune', 'make room now'],
  ],
  async run(context, { dryRun }) {
    const actor = await actorOf(context);
    const { out, err } = context.terminal;
    const view: PruneView = await withServer(context, actor, (client) =>
      withProgress(err, dryRun ? 'looking for what may go' : 'pruning', () =>
        client.call('prune', { body: { dryRun } }, { timeoutMs: deadlineMs, signal: context.signal }),
      ),
    );
    out.line(
      context.isJson ? JSON.stringify(view) : prunedText(view, { style: out.style, width: out.columns }),
    );
    return view.problems.length === 0 ? exitCode.done : exitCode.failed;
  },
});
