import { standing } from '../../core/pipeline/run.ts';
import { exitCode } from '../exit-code.ts';
import { actorOf } from '../identity.ts';
import { withProgress } from '../output/progress.ts';
import { switchedBackText } from '../output/stage-text.ts';
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
    await withServer(context, actor, async (client) => {
      const view = await withProgress(err, `ending what ${run} started`, () =>
        client.call(
          'cancel',
          { params: { run }, body: { reason } },
          { timeoutMs: deadlineMs, signal: context.signal },
        ),
      );
      if (context.isJson) {
        out.line(JSON.stringify(view));
        return;
      }
      out.line(`${out.style.good('✓')} ${out.style.bold(view.run)} ${standing(view.state)}`);
      // Where users are now, if it had them.
      const events = client.stream('runEvents', { params: { run }, query: {} }, context.signal);
      for await (const event of events) {
        if (event.type === 'switched-back') out.line(switchedBackText(event, out.style));
      }
    });
    return exitCode.done;
  },
});
