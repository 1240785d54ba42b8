import { toEnvelope } from '../../api/error-envelope.ts';
import { DeployerError } from '../../errors.ts';
import { prepareHomeFolder } from '../../lib/home-folder.ts';
import { exitCode } from '../exit-code.ts';
import { defineVerb, flag, type Verb } from '../verb.ts';

export const serve: Verb = defineVerb({
  name: 'serve',
  group: 'Run',
  summary: 'be the server of this home, in the foreground',
  about:
    'Other verbs start one in the background when they need it, so this is for service managers and for looking.',
  arguments: {},
  options: { background: flag('--background', 'as other verbs start it: log as JSON, end when idle') },
  examples: [
    ['deployer serve', 'Ctrl-C ends it; what is deployed goes on serving'],
    ['DEPLOYER_HOME=/srv/deployer deployer serve', 'another home'],
  ],
  async run({ home, build, signal, serverVerbs, terminal }, { background }) {
    await prepareHomeFolder(home.root);
    const verbs = await serverVerbs();
    try {
      if (await verbs.serve({ home, build, isBackground: background, signal })) return exitCode.done;
    } catch (error) {
      // For whoever has started it, and reads its log.
      if (background && error instanceof DeployerError) terminal.err.line(JSON.stringify(toEnvelope(error)));
      throw error;
    }
    // Of two servers that are started at once in the background, one is enough.
    if (background) return exitCode.done;
    throw new DeployerError('server_locked', {
      message: `Another server runs on ${home.root}.`,
      hint: 'deployer stop   (or use it: deployer status)',
    });
  },
});
