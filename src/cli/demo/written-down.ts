import { join } from 'node:path';

import { checklistText } from '../output/checklist-text.ts';
import { writeDocument } from '../run/write-document.ts';
import { withServer } from '../server/connect.ts';
import type { Demo } from './play.ts';

/** Key of the integration that the demo is about. */
const integration = 'triage-desk';

/**
 * What Deployer has written down of it: the checklist of the newest release, and the deployment document as a page.
 */
export async function tellWrittenDown(
  { place, context, narrator: { say, style, width } }: Demo,
  { keepsFiles }: { readonly keepsFiles: boolean },
): Promise<void> {
  const params = { integration };
  const [checklist, document] = await withServer(context, null, (client) =>
    Promise.all([
      client.call('checklist', { params, query: {} }),
      client.call('document', { params, query: { format: 'html' } }),
    ]),
  );
  say(`\n${style.bold('What is proven, and written down')}\n`);
  say(checklistText(checklist, { style, width, now: new Date() }));
  const about = `the deployment document, revision ${document.revision}: what was decided, assumed and observed`;
  if (!keepsFiles) return say(`\n  ${about}: ${style.command('deployer document')}`);
  const path = join(place.root, 'document.html');
  await writeDocument(path, document.content ?? '');
  say(`\n  ${about}\n  ${style.command(path)}`);
}
