// Comes first in every program of ours: what Node makes of a module's text is kept for the next start, which halves it.
// Node's own choice of a folder lies where everybody may write, and what is kept there is run. Node writes when a
// program ends; one that lives for weeks writes once it is up.
import { enableCompileCache, flushCompileCache } from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';

const upAfterMs = 2000;

enableCompileCache(join(homedir(), '.cache', 'deployer', 'compiled'));
setTimeout(flushCompileCache, upAfterMs).unref();
