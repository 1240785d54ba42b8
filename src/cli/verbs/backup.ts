import { resolve } from 'node:path';

import { bytes } from '../../core/texts/figures.ts';
import { exitCode } from '../exit-code.ts';
import { actorOf } from '../identity.ts';
import { withProgress } from '../output/progress.ts';
import { withServer } from '../server/connect.ts';
import { defineVerb, required, type Verb } from '../verb.ts';

const deadlineMs = 6 * 3_600_000;

export const backup: Verb = defineVerb({
  name: 'backup',
  group: 'Run',
  summary: 'write everything that a server needs to come back into one file',
  about:
    'The server goes on meanwhile. The file holds the keys of the certificate authority and of secrets: keep it like them.',
  arguments: { file: required('text', 'a file that does not exist yet') },
  options: {},
  examples: [['deployer backup /backups/deployer-monday.tgz', 'then deployer restore brings it back']],
  async run(context, { file }) {
    const actor = await actorOf(context);
    const { out, err } = context.terminal;
    const path = resolve(context.cwd, file);
    const view = await withServer(context, actor, (client) =>
      withProgress(err, 'backing up', () =>
        client.call('backup', { body: { file: path } }, { timeoutMs: deadlineMs, signal: context.signal }),
      ),
    );
    const { style } = out;
    out.line(
      context.isJson
        ? JSON.stringify(view)
        : `${style.good('✓')} ${style.bold(view.file)} ${style.dim(`${bytes(view.bytes)}, of ${view.createdAt}; it holds keys: keep it like them`)}`,
    );
    return exitCode.done;
  },
});
