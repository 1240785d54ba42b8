import { join } from 'node:path';

import type { ChecklistView } from '../../api/views/checklist.ts';
import { checklistText } from '../output/checklist-text.ts';
import { writeDocument } from '../run/write-document.ts';
import { withServer } from '../server/connect.ts';
import { documentText } from './document-text.ts';
import type { Demo } from './play.ts';
import { settled, settleMs } from './settled.ts';

/** Key of the integration that the demo is about. */
const integration = 'triage-desk';

/** What Deployer has written down of it: the checklist of the newest release, and the deployment document. */
export async function tellWrittenDown(
  { place, context, narrator: { say, style, width } }: Demo,
  { keepsFiles }: { readonly keepsFiles: boolean },
): Promise<void> {
  const params = { integration };
  const settling = { timeoutMs: settleMs, signal: context.signal };
  const [checklist, { document, revision }] = await withServer(context, null, async (client) => [
    await settled(() => client.call('checklist', { params, query: {} }), isWatched, settling),
    await client.call('document', { params, query: { format: 'json' } }),
  ]);
  say(`\n${style.bold('What is proven, and written down')}\n`);
  say(checklistText(checklist, { style, width, now: new Date() }));
  if (document !== null) say(`\n${documentText(document, { revision, style, width })}`);
  if (!keepsFiles) return;
  const page = await withServer(context, null, (client) =>
    client.call('document', { params, query: { format: 'html', revision: String(revision) } }),
  );
  const path = join(place.root, 'document.html');
  await writeDocument(path, page.content ?? '');
  say(`\n  The whole of it, as a page: ${style.command(path)}`);
}

/** Alerts look every few seconds: at what users were just sent back to they may not have looked yet. */
function isWatched({ items }: ChecklistView): boolean {
  return items.find(({ id }) => id === 'monitoring-setup')?.cells['production']?.status === 'done';
}
