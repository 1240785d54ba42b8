// Preloaded into detached programs (see `detached-process.ts`): what Node makes of a module's text is kept for the next
// start, which halves it. Node writes it when a program ends; one that lives for weeks writes it once it is up.
import { enableCompileCache, flushCompileCache } from 'node:module';

const upAfterMs = 2000;

enableCompileCache();
setTimeout(flushCompileCache, upAfterMs).unref();
