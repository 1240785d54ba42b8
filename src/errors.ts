/**
 * Every error that Deployer shows. A code is stable, crosses the wire unchanged and is never reused: whoever scripts
 * against Deployer may match on it. `docs/errors.md` explains each; a test keeps the two lists equal.
 *
 * `exit` is the exit code of the CLI (contract: 1 refused or failed, 2 wrong usage or configuration, 3 waiting,
 * 4 not allowed, 5 undecided, 70 a bug); `status` is the HTTP status of the API.
 */
export const errorCatalogue = {
  usage: { exit: 2, status: 400, meaning: 'The command line or a request is not one that Deployer knows.' },
  not_built: {
    exit: 2,
    status: 501,
    meaning: 'The verb or key is planned, and this version does not act on it.',
  },
  request_invalid: { exit: 2, status: 400, meaning: 'A request to the API does not match its schema.' },
  spec_not_found: { exit: 2, status: 404, meaning: 'No deployer.yaml up to the root of the Git repository.' },
  spec_invalid: {
    exit: 2,
    status: 422,
    meaning: 'deployer.yaml has problems; all of them are listed with positions.',
  },
  question_not_found: { exit: 2, status: 404, meaning: 'The questionnaire has no question of that id.' },
  answers_invalid: {
    exit: 2,
    status: 422,
    meaning: '`deployment/answers.yaml` cannot be edited, as its YAML is broken; the places are listed.',
  },
  file_changed: {
    exit: 1,
    status: 409,
    meaning: 'A file was changed by somebody else between reading and writing it; nothing was written.',
  },
  repository_invalid: { exit: 2, status: 422, meaning: 'Not a Git repository, or one without commits.' },
  commit_not_found: {
    exit: 2,
    status: 404,
    meaning: 'The named commit, tag or branch is not in the repository.',
  },
  git_failed: { exit: 1, status: 500, meaning: 'Git is missing, or ended with an error, which is shown.' },
  history_unrelated: {
    exit: 2,
    status: 409,
    meaning: 'The commit shares no history with any release of that key: it is of another repository.',
  },
  tree_dirty: {
    exit: 2,
    status: 409,
    meaning: 'Tracked files are modified, so the commit is not what stands in the folder.',
  },
  nothing_to_deploy: {
    exit: 2,
    status: 422,
    meaning: 'There are sources, and nothing says how a program of them is started.',
  },
  environment_not_found: {
    exit: 2,
    status: 404,
    meaning: 'The integration has no environment of that name.',
  },
  integration_not_found: { exit: 2, status: 404, meaning: 'The server knows no integration of that key.' },
  component_not_found: { exit: 2, status: 404, meaning: 'The integration has no component of that name.' },
  release_not_found: { exit: 2, status: 404, meaning: 'No release matches the digest, commit or version.' },
  evidence_not_found: { exit: 2, status: 404, meaning: 'No evidence goes by that digest.' },
  run_not_found: { exit: 2, status: 404, meaning: 'No run of that name.' },
  deployment_not_found: { exit: 2, status: 404, meaning: 'No deployment of that name.' },
  reference_ambiguous: { exit: 2, status: 409, meaning: 'A prefix matches more than one thing.' },
  command_failed: { exit: 1, status: 422, meaning: 'A build, setup or test command ended with an error.' },
  bundle_invalid: {
    exit: 1,
    status: 422,
    meaning: 'A folder cannot be packed: it is missing, or a link points outside it.',
  },
  artifact_damaged: {
    exit: 1,
    status: 500,
    meaning: 'A stored artifact does not have the content that its digest names.',
  },
  artifact_missing: {
    exit: 1,
    status: 404,
    meaning: 'An artifact that a release names is not in the store.',
  },
  component_not_ready: {
    exit: 1,
    status: 422,
    meaning: 'A component did not become ready; its last log lines are shown.',
  },
  supervisor_failed: {
    exit: 1,
    status: 500,
    meaning: 'The process that looks after a deployment did not start or does not answer.',
  },
  edge_failed: {
    exit: 1,
    status: 500,
    meaning: 'The edge of an environment did not start or does not answer.',
  },
  resident_port_in_use: {
    exit: 1,
    status: 409,
    meaning: 'Another program listens on the port that a component with `scope: environment` keeps.',
  },
  edge_port_in_use: { exit: 1, status: 409, meaning: 'Another program listens on the port of an edge.' },
  route_stale: {
    exit: 1,
    status: 409,
    meaning: 'A route table with an older generation than the one in force was refused.',
  },
  route_invalid: {
    exit: 1,
    status: 400,
    meaning: 'A route table does not match its schema, or names an unknown deployment.',
  },
  resident_stale: {
    exit: 1,
    status: 409,
    meaning: 'What becomes of a resident was decided by somebody else meanwhile.',
  },
  approval_mismatch: {
    exit: 1,
    status: 409,
    meaning: 'What was approved is not what is waiting now; the difference is shown.',
  },
  approval_not_allowed: { exit: 4, status: 403, meaning: 'This person may not take this decision.' },
  identity_missing: { exit: 2, status: 401, meaning: 'Deployer does not know who is acting.' },
  waiver_refused: {
    exit: 1,
    status: 409,
    meaning: 'What was to be waived is met, has failed, or is nothing that can be set aside.',
  },
  nothing_waiting: { exit: 1, status: 409, meaning: 'No run waits for this decision.' },
  run_ambiguous: { exit: 2, status: 409, meaning: 'Several runs wait for this decision; one must be named.' },
  run_ended: { exit: 1, status: 409, meaning: 'The run has ended, so this act has nothing to change.' },
  run_not_retryable: {
    exit: 1,
    status: 409,
    meaning: 'Only a failed, cancelled or undecided run can be retried.',
  },
  release_held: { exit: 1, status: 409, meaning: 'The release, or one of equal content, is on hold.' },
  release_pruned: {
    exit: 1,
    status: 409,
    meaning: 'The release is listed still, but its artifacts were pruned: it cannot be deployed any more.',
  },
  retention_invalid: {
    exit: 2,
    status: 422,
    meaning: 'retention.json does not say what is kept; the field is named, and nothing was pruned.',
  },
  pruning_busy: {
    exit: 1,
    status: 409,
    meaning: 'A backup and a pruning cannot go on at the same time, nor two prunings.',
  },
  backup_failed: { exit: 1, status: 409, meaning: 'The backup could not be written; no file was left.' },
  backup_invalid: {
    exit: 2,
    status: 422,
    meaning: 'The file is not a whole backup that this version can restore; nothing was changed.',
  },
  home_in_use: {
    exit: 1,
    status: 409,
    meaning: 'The home, or its database, is not empty: a restore would replace what is there.',
  },
  restore_unfinished: {
    exit: 1,
    status: 503,
    meaning: 'A restore into the shared database has not ended; no server may use what is there so far.',
  },
  gate_missing: {
    exit: 1,
    status: 409,
    meaning: 'The commit has no test for a gate that the policy in force requires.',
  },
  environment_missing: {
    exit: 1,
    status: 409,
    meaning:
      'The commit leaves out an environment through which releases have to come, by the policy in force.',
  },
  tracker_not_found: { exit: 1, status: 404, meaning: 'No branch is tracked for the integration.' },
  tracker_elsewhere: {
    exit: 1,
    status: 409,
    meaning: 'The branch is that of a clone on another host, whose server looks at it.',
  },
  branch_not_found: { exit: 2, status: 404, meaning: 'The branch to track is not there, or not any more.' },
  branch_not_tracked: {
    exit: 1,
    status: 409,
    meaning: 'The commit came on the tracked branch, and its deployer.yaml names another one to track.',
  },
  freeze_exists: { exit: 1, status: 409, meaning: 'The environment is frozen already.' },
  freeze_not_found: { exit: 1, status: 404, meaning: 'The environment is not frozen.' },
  hold_not_found: { exit: 1, status: 404, meaning: 'The release is not on hold there.' },
  secret_invalid: { exit: 2, status: 400, meaning: 'A name or a value cannot be that of a secret.' },
  secret_missing: {
    exit: 2,
    status: 404,
    meaning: 'A secret is not set, or every version of it is revoked.',
  },
  secret_revoked: {
    exit: 1,
    status: 409,
    meaning: 'A version of a secret that was decided upon has been revoked since.',
  },
  secrets_locked: {
    exit: 1,
    status: 503,
    meaning: 'Secrets cannot be decrypted: the key file or the passphrase is missing or another one.',
  },
  monitoring_missing: {
    exit: 1,
    status: 409,
    meaning: 'What is live in the environment names no receiver of alerts.',
  },
  alert_undelivered: { exit: 1, status: 502, meaning: 'A test alert did not reach a receiver.' },
  rollback_not_ready: {
    exit: 1,
    status: 409,
    meaning: 'There is nothing to go back to, or it could not run; the reasons are listed.',
  },
  rollback_failed: {
    exit: 1,
    status: 500,
    meaning:
      'The rollback is not done: the former deployment did not come up, or the edge could not be told yet.',
  },
  server_unreachable: { exit: 1, status: 503, meaning: 'The server does not answer.' },
  server_locked: { exit: 1, status: 409, meaning: 'Another server runs on this home.' },
  server_newer: { exit: 1, status: 409, meaning: 'The server is newer than this CLI; nothing was changed.' },
  host_taken: {
    exit: 1,
    status: 409,
    meaning: 'Another machine, or another folder, is this host already: the home was copied.',
  },
  host_silent: {
    exit: 1,
    status: 503,
    meaning: 'No worker runs on the host that has the environment, so nobody there can act.',
  },
  place_elsewhere: {
    exit: 1,
    status: 409,
    meaning: 'The integration is on another host, which has its sources, artifacts and processes.',
  },
  database_missing: {
    exit: 2,
    status: 400,
    meaning: 'A worker needs a PostgreSQL that it shares with others, and none is named.',
  },
  worker_locked: { exit: 1, status: 409, meaning: 'Another `deployer worker` runs on this home.' },
  home_invalid: {
    exit: 1,
    status: 500,
    meaning: 'The home folder cannot be used: wrong owner, not a folder, or not writable.',
  },
  database_newer: {
    exit: 1,
    status: 409,
    meaning: 'A newer Deployer has changed the form of the database; nothing was changed.',
  },
  database_failed: { exit: 1, status: 503, meaning: 'The database did not start or does not answer.' },
  stop_incomplete: {
    exit: 1,
    status: 500,
    meaning: '`deployer stop --all` could not end everything; what is left is listed.',
  },
  disk_full: { exit: 1, status: 507, meaning: 'The disk is full; nothing decided was lost.' },
  deadline_passed: { exit: 1, status: 504, meaning: 'A call did not end before its deadline.' },
  cancelled: { exit: 1, status: 409, meaning: 'The run was cancelled while this was going on.' },
  demo_failed: {
    exit: 1,
    status: 500,
    meaning: 'The demo did not go as described; what differed is listed.',
  },
  document_missing: {
    exit: 1,
    status: 404,
    meaning: 'There is no deployment document, or no such revision of it.',
  },
  internal: { exit: 70, status: 500, meaning: 'A bug in Deployer.' },
} as const;

export type ErrorCode = keyof typeof errorCatalogue;

export interface ErrorFacts {
  /** What is wrong, in one sentence, naming the thing. */
  readonly message: string;
  /** The next thing to do; a command to type where there is one. */
  readonly hint: string;
  /** Dotted path of the field in a file or request, e.g. `components.agent.needs[0]`. */
  readonly path?: string;
  /** Lines that help to see the cause (a log's tail, a list of problems), shown below the message. */
  readonly detail?: readonly string[];
  readonly cause?: unknown;
}

/** An error that a user can do something about. Anything else that is thrown is a bug and asks for a report. */
export class DeployerError extends Error {
  readonly code: ErrorCode;
  readonly hint: string;
  readonly path: string | undefined;
  readonly detail: readonly string[];

  constructor(code: ErrorCode, facts: ErrorFacts) {
    super(facts.message, facts.cause === undefined ? {} : { cause: facts.cause });
    this.code = code;
    this.hint = facts.hint;
    this.path = facts.path;
    this.detail = facts.detail ?? [];
  }

  get exit(): number {
    return errorCatalogue[this.code].exit;
  }

  get status(): number {
    return errorCatalogue[this.code].status;
  }
}
Object.defineProperty(DeployerError.prototype, 'name', { value: 'DeployerError' });
