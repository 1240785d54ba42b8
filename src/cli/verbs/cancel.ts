import { exitCode } from '../exit-code.ts';
import { actorOf } from '../identity.ts';
import { withProgress } from '../output/progress.ts';
import { withServer } from '../server/connect.ts';
import { defineVerb, required, text, type Verb } from '../verb.ts';

/** Until everything that the run started was seen to end, and a switch was undone. */
const deadlineMs = 5 * 60_000;

export const cancel: Verb = defineVerb({
  name: 'cancel',
  group: 'Act',
  summary: 'end a run; returns when everything it started has ended',
  about: 'What was live before stays live, or becomes live again.',
  arguments: { run: required('run', 'e.g. triage-desk-12') },
  options: { reason: text('--reason <text>', 'why') },
  examples: [['deployer cancel triage-desk-12 --reason "wrong branch"', '']],
  async run(context, { run, reason }) {
    const actor = await actorOf(context);
    const { out, err } = context.terminal;
    const view = await withServer(context, actor, (client) =>
      withProgress(err, `ending what ${run} started`, () =>
        client.call(
          'cancel',
          { params: { run }, body: { reason } },
          { timeoutMs: deadlineMs, signal: context.signal },
        ),
      ),
    );
    out.line(
      context.isJson
        ? JSON.stringify(view)
        : `${out.style.good('✓')} ${out.style.bold(view.run)} is ${view.state}`,
    );
    return exitCode.done;
  },
});
