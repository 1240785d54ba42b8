import type { ErrorCode } from '../src/errors.ts';

/** What to do about each error in general. The hint that comes with one names the very command. */
export const errorRemedies: Readonly<Record<ErrorCode, string>> = {
  usage: 'Read the usage that follows, or `deployer <verb> --help`.',
  not_built: 'Leave the verb or key out; the changelog says when it comes.',
  request_invalid:
    'Correct the field that is named; a CLI of the same version as the server sends no such request.',
  spec_not_found:
    'Go to a folder of the integration, or name one that was shipped with `--integration <key>`.',
  spec_invalid: 'Correct each place that is listed, then `deployer check`.',
  question_not_found: 'Look for it with `deployer questions --all`.',
  answers_invalid: 'Correct the places that are listed, then type the command again.',
  file_changed: 'Type the command again: it reads the file anew.',
  repository_invalid: 'Go to a Git repository, or make one: `git init`, then a first commit.',
  commit_not_found: 'Look for it with `git log`; fetch it if only a remote has it.',
  git_failed: 'Read the output of Git; `deployer doctor` says which Git was found.',
  history_unrelated:
    'Give the other integration a key of its own; `deployer ship --new-history` if the history was rewritten.',
  tree_dirty: 'Commit the changes, or ship what was committed: `deployer ship --commit HEAD`.',
  nothing_to_deploy: 'Say it in a `Procfile` or a `Dockerfile`, or write a `deployer.yaml` by hand.',
  environment_not_found: 'Choose one of the environments that are listed.',
  integration_not_found: 'Ship it once with `deployer ship`.',
  component_not_found: 'Choose one of the components that are listed.',
  release_not_found: 'Look for it with `deployer releases`.',
  evidence_not_found: 'Look for it with `deployer evidence`.',
  run_not_found: 'Look for it with `deployer runs`.',
  deployment_not_found: 'Look for it with `deployer status`.',
  reference_ambiguous: 'Write more characters of the one that is meant.',
  command_failed:
    'Read the output of the command, correct its cause and commit; `deployer retry` if it was chance.',
  bundle_invalid: 'Correct the `path` of the component, or the link, and commit.',
  artifact_damaged:
    'Check the disk, and ship a new commit (an empty one will do): its artifacts are built anew.',
  artifact_missing: 'Ship a new commit (an empty one will do): its artifacts are built anew.',
  component_not_ready:
    'Read the last lines of its log; `deployer logs <environment> <component> --deployment <deployment>` has them all.',
  supervisor_failed: 'Read what is shown of its log, then `deployer doctor` and `deployer retry`.',
  edge_failed: '`deployer doctor` checks ports and rights; the server starts the edge again by itself.',
  resident_port_in_use:
    'End the program that has the port, `ss -ltnp` names it: then the component is started by itself, and what needs it.',
  edge_port_in_use:
    'End the program that has the port, or give the environment another one: `edge: { port }`.',
  route_stale: 'Somebody else was faster: read what is live with `deployer status`, then decide again.',
  route_invalid: 'A bug unless the edge was written to by hand: report it.',
  resident_stale: 'Read what runs with `deployer status`; ship again if it is not what you want.',
  approval_mismatch: 'Read the difference, then approve what is waiting now.',
  approval_not_allowed: 'Ask one of the people who are named.',
  identity_missing: 'Say who you are: `git config user.email`, or `DEPLOYER_USER`.',
  waiver_refused:
    'Read how it stands with `deployer checklist`: only what is undecided or still to come can be set aside.',
  nothing_waiting: 'See what waits with `deployer status`.',
  run_ambiguous: 'Name one of the runs that are listed.',
  run_ended: 'See how it ended with `deployer run <run>`.',
  run_not_retryable: 'Ship again with `deployer ship`.',
  release_held: 'Ship a release that corrects it, or lift the hold: `deployer unhold <release> --reason …`.',
  release_pruned: 'Ship a new commit (an empty one will do): its artifacts are built anew.',
  retention_invalid:
    'Correct the field that is named in `retention.json` of the home, then `deployer prune --dry-run`.',
  pruning_busy: 'Try again when it has ended.',
  backup_failed: 'Name a file that does not exist yet, in a folder that you may write to.',
  backup_invalid: 'Use another backup, or the version of Deployer that wrote it.',
  home_in_use:
    'Restore into another home with `DEPLOYER_HOME`, or replace this one: `deployer restore <file> --replace`.',
  restore_unfinished:
    'Wait for it, or do it again where it was stopped: `deployer restore <file> --replace`.',
  gate_missing:
    'Put the test back. To give a gate up, ship once without it among the gates, and remove the test afterwards.',
  environment_missing:
    'Put the environment back. To give it up, ship once with it and without its gates, watch, people and `requires`, and remove it afterwards.',
  tracker_not_found: 'Track it in a clone: `deployer track`; `deployer track --list` shows what is tracked.',
  tracker_elsewhere: 'Ask on that host, or track a clone of this one: `deployer track`.',
  branch_not_found: 'Make or push the branch, correct `trigger.branch`, or end it: `deployer track --stop`.',
  branch_not_tracked: 'Track what it names with `deployer track`, or correct `trigger.branch`.',
  freeze_exists: 'See until when with `deployer status`; `deployer unfreeze <environment>` ends it.',
  freeze_not_found: 'See what is frozen with `deployer status`.',
  hold_not_found: 'See the holds with `deployer releases`.',
  secret_invalid:
    'Give the value on standard input or at the prompt, with at least 8 characters, and the name as `<path>#<key>`.',
  secret_missing: 'Set it: `deployer secret set <path>#<key>`, then ship again.',
  secret_revoked:
    '`deployer retry` takes the newest version and asks for approval again; correct a version that deployer.yaml names.',
  secrets_locked:
    'Put the key file back from your copy, or start the server with `DEPLOYER_SECRETS_PASSPHRASE` ([Secrets](secrets.md#the-key)).',
  monitoring_missing:
    'Name receivers in `monitoring.notify` of `deployer.yaml`, and ship it ([Monitoring](monitoring.md)).',
  alert_undelivered:
    'Each receiver that was not reached is named with the reason. Mend its address (`deployer secret set`, or `deployer.yaml`) or the receiver, then test again.',
  rollback_not_ready: 'Read the reasons; `--to` takes one of the deployments that `deployer status` lists.',
  rollback_failed:
    'Read why: the message says what is live now. Then repeat it, or go `--to` another deployment.',
  server_unreachable:
    '`deployer doctor`; the end of `server.log` in the home folder says why. `deployer stop` ends one that hangs.',
  stop_incomplete: 'Read why, correct it, then `deployer stop --all` once more; the server itself has ended.',
  server_locked: 'Use the server that runs, or end it with `deployer stop`.',
  server_newer: 'Use the newer CLI, or `deployer stop` and start the server with this one.',
  host_taken: 'Use the home that it is a copy of, or do what the message says to put the copy in its place.',
  host_silent: 'Start a worker there: `deployer worker`; `deployer doctor` lists those that are known.',
  place_elsewhere: 'Type the command on that host; approvals, cancels and rollbacks work from anywhere.',
  database_missing: 'Set `DEPLOYER_DATABASE_URL` to the database that the server uses.',
  worker_locked: 'Use the worker that runs, or end it first: SIGTERM lets it finish its steps.',
  home_invalid: 'Point `DEPLOYER_HOME` to a folder of your own on a disk that can be written to.',
  database_newer: 'Use the version that the message names, or a later one, on this home as well.',
  database_failed:
    "`deployer doctor`; where the database's own log is, `database.json` in the home folder says (`paths.log`).",
  disk_full: 'Make room, then repeat the command.',
  deadline_passed: 'Repeat it; if it happens again, `deployer doctor`.',
  cancelled: '`deployer retry` starts it again.',
  demo_failed:
    'Look at what is listed, then run it again; a slow or busy machine can miss a limit of the example.',
  document_missing:
    '`deployer document` writes one; `deployer document --history` lists the revisions there are.',
  internal: 'Report it with the text that was printed.',
};
