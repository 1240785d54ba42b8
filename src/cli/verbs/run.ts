import { hasEnded } from '../../core/pipeline/run.ts';
import { exitCode } from '../exit-code.ts';
import { runText } from '../output/run-text.ts';
import { failureOutput } from '../run/failure-output.ts';
import { followRun } from '../run/follow-run.ts';
import { withServer } from '../server/connect.ts';
import { defineVerb, flag, required, type Verb } from '../verb.ts';

export const run: Verb = defineVerb({
  name: 'run',
  group: 'Look',
  summary: 'see the stages of a run, or follow it',
  arguments: { run: required('run', 'e.g. triage-desk-12') },
  options: {
    follow: flag('-f, --follow', 'show it from its start, and go on until it ends or waits for a person'),
    verbose: flag('--verbose', 'with --follow: show the output of every stage'),
  },
  examples: [
    ['deployer run triage-desk-12', 'where it stands, and why'],
    ['deployer run triage-desk-12 --follow', 'come back to a run after Ctrl-C'],
  ],
  async run(context, values) {
    if (values.follow) return followRun(context, { run: values.run, isVerbose: values.verbose });
    const { out } = context.terminal;
    await withServer(context, null, async (client) => {
      const view = await client.call('run', { params: { run: values.run } });
      if (context.isJson) {
        out.line(JSON.stringify(view));
        return;
      }
      const tail = hasEnded(view.state) ? await failureOutput(client, view, context.signal) : null;
      const output = tail?.text(out.style) ?? [];
      out.line(runText(view, { style: out.style, width: out.columns, now: new Date(), output }));
    });
    return exitCode.done;
  },
});
