import { resolve } from 'node:path';

import { DeployerError } from '../../errors.ts';
import { prepareHomeFolder } from '../../lib/home-folder.ts';
import type { Context } from '../context.ts';
import { exitCode } from '../exit-code.ts';
import { actorOf } from '../identity.ts';
import { confirm } from '../output/confirm.ts';
import { hintText } from '../output/error-text.ts';
import { withProgress } from '../output/progress.ts';
import { withServer } from '../server/connect.ts';
import { recordedServer } from '../server/running-server.ts';
import { stopServer } from '../server/stop-server.ts';
import { defineVerb, flag, required, type Verb } from '../verb.ts';

export const restore: Verb = defineVerb({
  name: 'restore',
  group: 'Run',
  summary: 'bring a server back from a backup',
  about:
    'Into an empty home, or with --replace in the place of what a home has; then the server starts and brings back what\n' +
    'was live. Edges and deployments that run go on until what the backup says can take over.',
  arguments: { file: required('text', 'as deployer backup wrote it') },
  options: {
    replace: flag('--replace', 'what this home has is lost: everything since the backup'),
    yes: flag('--yes', 'do not ask whether it may be replaced'),
  },
  examples: [
    ['deployer restore /backups/deployer-monday.tgz', 'into an empty home'],
    ['deployer restore /backups/deployer-monday.tgz --replace', 'asks first'],
  ],
  async run(context, { file, replace, yes }) {
    const actor = await actorOf(context);
    const { home, signal, terminal } = context;
    const verbs = await context.serverVerbs();
    const order = { home, file: resolve(context.cwd, file), isReplacing: replace, by: actor, signal };
    await prepareHomeFolder(home.root);
    if (replace) {
      const { createdAt } = await withProgress(terminal.err, 'reading the backup', () =>
        verbs.inspectBackup(order),
      );
      if (!yes && !(await mayReplace(context, createdAt))) return exitCode.failed;
      await stopServer(context, await recordedServer(home), false);
    }
    const view = await withProgress(terminal.err, 'restoring', () => verbs.restore(order));
    await withServer(context, actor, (client) => client.call('server', {}));
    const { style } = terminal.out;
    terminal.out.line(
      context.isJson
        ? JSON.stringify(view)
        : `${style.good('✓')} restored ${view.integrations.join(', ') || 'a server without integrations'} as of ${style.bold(view.createdAt)}\n${hintText('deployer status   (what was live then is being brought back)', style)}`,
    );
    return exitCode.done;
  },
});

async function mayReplace(context: Context, createdAt: string): Promise<boolean> {
  const { root } = context.home;
  if (!context.isJson && context.terminal.canAsk) {
    return await confirm(`Replace everything that ${root} has by the backup of ${createdAt}?`, context);
  }
  throw new DeployerError('usage', {
    message: `Nobody can be asked whether everything that ${root} has may be replaced by the backup of ${createdAt}.`,
    hint: 'Add --yes when that is what you want.',
    path: '--yes',
  });
}
