import { checklistItems } from '../../core/checklist/checklist.ts';
import { statusSign } from '../../core/checklist/status-sign.ts';
import type { Context } from '../context.ts';
import { exitCode } from '../exit-code.ts';
import { actorOf } from '../identity.ts';
import { waiverText } from '../output/checklist-text.ts';
import { hintText } from '../output/error-text.ts';
import { integrationKey } from '../project.ts';
import { timeAhead } from '../run/time-ahead.ts';
import { withServer } from '../server/connect.ts';
import { defineVerb, optional, required, requiredText, text, type Verb } from '../verb.ts';

export const waive: Verb = defineVerb({
  name: 'waive',
  group: 'Decide',
  summary: 'set an undecided gate, or an open item of the checklist, aside for a while',
  about:
    'A run that waits for just this goes on, and says by whom it was waived. Past its end it counts as unmet again.\n' +
    'Approvers may, unless they wrote or shipped it. What has failed is not waived.',
  arguments: {
    subject: required('text', `the gate, or an item: ${checklistItems.map(({ id }) => id).join(', ')}`),
    run: optional('run', 'not needed when one waits for it, or for the newest release'),
  },
  options: {
    reason: requiredText('--reason <text>', 'why it may be set aside'),
    until: requiredText('--until <time>', 'when it counts again: 2h, 3d, 2026-12-24, "2026-12-24 18:00"'),
    environment: text('--environment <environment>', 'where', 'environment'),
    owner: text('--owner <person>', 'who sees to it meanwhile; you, unless said'),
  },
  examples: [
    ['deployer waive security --reason "scanner is down" --until 2d', 'the gate at which a run is undecided'],
    [
      'deployer waive compliance-checks --environment production --reason "audit is booked" --until 2026-12-24',
      'an item of the checklist',
    ],
  ],
  async run(context, { subject, run, reason, until, environment, owner }) {
    const actor = await actorOf(context);
    const now = new Date();
    const body = { subject, run, reason, until: timeAhead(until, now), environment, owner };
    const { waiver, goesOn } = await withServer(context, actor, async (client) => {
      const integration =
        run === null
          ? await integrationKey(context)
          : (await client.call('run', { params: { run } })).integration;
      return client.call('waive', { params: { integration }, body });
    });
    if (context.isJson) context.terminal.out.line(JSON.stringify({ waiver, goesOn }));
    else print(context, { waived: waiverText(waiver, now, context.terminal.out.style), goesOn });
    return exitCode.done;
  },
});

function print(
  { terminal: { out } }: Context,
  { waived, goesOn }: { readonly waived: string; readonly goesOn: string | null },
): void {
  out.line(`${out.style.attention(statusSign.waived)} ${waived}`);
  if (goesOn === null) return out.line(hintText('deployer checklist', out.style));
  out.line(`${out.style.good('✓')} ${out.style.bold(goesOn)} goes on`);
  out.line(hintText(`deployer run ${goesOn} --follow`, out.style));
}
