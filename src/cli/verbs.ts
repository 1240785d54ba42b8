import type { Verb } from './verb.ts';
import { approve } from './verbs/approve.ts';
import { reject } from './verbs/reject.ts';
import { run } from './verbs/run.ts';
import { serve } from './verbs/serve.ts';
import { ship } from './verbs/ship.ts';
import { status } from './verbs/status.ts';
import { stop } from './verbs/stop.ts';
import { uat } from './verbs/uat.ts';

/** Every verb, in the order of `deployer --help`. A new one is a file and a line here. */
export const verbs: readonly Verb[] = [ship, status, run, approve, reject, uat, serve, stop];
