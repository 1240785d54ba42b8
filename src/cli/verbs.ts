import type { Verb } from './verb.ts';
import { alerts } from './verbs/alerts.ts';
import { answer } from './verbs/answer.ts';
import { approve } from './verbs/approve.ts';
import { audit } from './verbs/audit.ts';
import { backup } from './verbs/backup.ts';
import { cancel } from './verbs/cancel.ts';
import { check } from './verbs/check.ts';
import { checklist } from './verbs/checklist.ts';
import { completion } from './verbs/completion.ts';
import { demo } from './verbs/demo.ts';
import { diff } from './verbs/diff.ts';
import { document } from './verbs/document.ts';
import { doctor } from './verbs/doctor.ts';
import { evidence } from './verbs/evidence.ts';
import { freeze } from './verbs/freeze.ts';
import { hold } from './verbs/hold.ts';
import { init } from './verbs/init.ts';
import { logs } from './verbs/logs.ts';
import { prune } from './verbs/prune.ts';
import { questions } from './verbs/questions.ts';
import { reject } from './verbs/reject.ts';
import { releases } from './verbs/releases.ts';
import { restore } from './verbs/restore.ts';
import { retry } from './verbs/retry.ts';
import { rollback } from './verbs/rollback.ts';
import { run } from './verbs/run.ts';
import { runs } from './verbs/runs.ts';
import { schema } from './verbs/schema.ts';
import { secret } from './verbs/secret.ts';
import { serve } from './verbs/serve.ts';
import { ship } from './verbs/ship.ts';
import { status } from './verbs/status.ts';
import { stop } from './verbs/stop.ts';
import { top } from './verbs/top.ts';
import { track } from './verbs/track.ts';
import { uat } from './verbs/uat.ts';
import { unfreeze } from './verbs/unfreeze.ts';
import { unhold } from './verbs/unhold.ts';
import { waive } from './verbs/waive.ts';
import { worker } from './verbs/worker.ts';

/** Every verb, in the order of `deployer --help`. A new one is a file and a line here. */
export const verbs: readonly Verb[] = [
  init,
  ship,
  track,
  check,
  questions,
  answer,
  status,
  runs,
  run,
  logs,
  top,
  alerts,
  releases,
  diff,
  document,
  audit,
  checklist,
  evidence,
  approve,
  reject,
  uat,
  waive,
  rollback,
  hold,
  unhold,
  freeze,
  unfreeze,
  secret,
  cancel,
  retry,
  serve,
  worker,
  stop,
  doctor,
  prune,
  backup,
  restore,
  demo,
  completion,
  schema,
];
