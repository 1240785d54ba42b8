import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import type { SuppliedSecrets } from '../../../core/secrets/supplied-secrets.ts';
import { emptyRedactor, redactorOf } from '../../../core/secrets/redaction.ts';
import { readJsonFile, writeFileAtomically } from '../../../lib/atomic-file.ts';
import { endProcess } from '../../../lib/end-process.ts';
import { claimExclusively } from '../../../lib/exclusive-claim.ts';
import { keepLogsShort } from '../../../lib/log-rotation.ts';
import { stackOf } from '../../../lib/message-of.ts';
import { ownIdentity, type ProcessIdentity } from '../../../lib/process-identity.ts';
import { reach } from '../../../lib/named-point.ts';
import { socketPath } from '../../../lib/socket-path.ts';
import { readIntent, writeIntent } from '../intent.ts';
import { type DeploymentFolder, folderAt } from '../layout.ts';
import type { Preparation } from '../../../core/places/target.ts';
import { inputsDigest, StoredPreparation } from '../preparation.ts';
import { readSuppliedSecrets, refuseMissing } from '../supplied-secrets.ts';
import type { ClearLeftovers, Runtime } from '../runtime.ts';
import { livingSupervisor, StartFile, SupervisorRecord } from '../supervisor-record.ts';
import { listenForControl } from './control.ts';
import { Supervisor } from './supervisor.ts';

const recordLookMs = 5000;

let redactor = emptyRedactor;

/** What the program of a kind of target adds to this one. */
export interface Supervising {
  readonly clear: ClearLeftovers;
  readonly runtime: (of: RuntimeFacts) => Runtime;
}

export interface RuntimeFacts {
  readonly preparation: Preparation;
  readonly folder: DeploymentFolder;
  /** Folder of this start, with what was put there for each component. */
  readonly start: string;
  /** Put first on PATH of the components; null: PATH as recorded. */
  readonly nodeFolder: string | null;
  readonly onProblem: (error: unknown) => void;
}

/**
 * The supervisor of one deployment: `node <program> <deployment folder> <folder of this start>`. Started detached by
 * `../start-supervisor.ts`; it outlives the control plane and ends when it is told to stop.
 */
export async function superviseDeployment(supervising: Supervising): Promise<void> {
  const [root = '', start = ''] = process.argv.slice(2);
  const folder = folderAt(root);
  // A full disk must not end the supervisor, and its components with it, because it says so.
  process.stderr.on('error', () => undefined);
  const self = await ownIdentity();
  // What is to run may still be put there: the end of its input says that all is. Without it nothing is started.
  const secrets = await readSuppliedSecrets(process.stdin);
  redactor = redactorOf([...Object.values(secrets.values), ...secrets.unseen]);
  if (!(await becomeTheOnlyOne(folder, self))) return;
  keepLogsShort([folder.supervisorLog], report);
  await supervising.clear(folder);
  await forgetPredecessor(folder, start);

  const supervisor = await createSupervisor(folder, { start, secrets, runtime: supervising.runtime });
  // Before anybody finds it: one that cannot have its port does not count as started.
  await supervisor.listen();
  const token = randomBytes(32).toString('hex');
  const socket = socketPath(folder.socket);
  const end = () => {
    server.close();
    void rm(socket, { force: true })
      .catch(report)
      .then(() => endProcess(0));
  };
  const server = await listenForControl({
    socket,
    token,
    actions: {
      observation: () => ({ ...supervisor.observation, isEnding: supervisor.isEnding }),
      metrics: () => supervisor.metrics(),
      figures: () => supervisor.figures(),
      setWorkers: workersSetter(folder, supervisor),
      async stop() {
        await supervisor.stop();
        await reach('supervisor: components ended', basename(folder.root));
      },
      stopped: end,
    },
  });
  process.on('SIGHUP', () => undefined);
  process.on('SIGTERM', () => void supervisor.stop().then(end, report));
  const record: SupervisorRecord = { ...self, token, socket, start };
  await writeFileAtomically(folder.supervisor, JSON.stringify(record));
  keepRecord(folder, record);
  await reach('supervisor: record written', basename(folder.root));
  supervisor.start();
}

/**
 * In the order in which they come, on disk as in fact: the last one counts, however long another takes to be written.
 */
function workersSetter(
  folder: DeploymentFolder,
  supervisor: Supervisor,
): (workersActive: boolean) => Promise<void> {
  let before: Promise<unknown> = Promise.resolve();
  return async (workersActive) => {
    const turn = before.then(async () => {
      await writeIntent(folder, { workersActive });
      if (workersActive) supervisor.startWorkers();
      // Wrapped, so that the next one does not wait for the end of workers.
      return { gone: workersActive ? null : supervisor.stopWorkers() };
    });
    before = turn.catch(() => undefined);
    await (
      await turn
    ).gone;
  };
}

/** Without its record nobody finds it any more, neither to ask nor to end it: one that got lost is written again. */
function keepRecord(folder: DeploymentFolder, record: SupervisorRecord): void {
  setInterval(() => {
    void readJsonFile(folder.supervisor, SupervisorRecord)
      .catch(() => null)
      .then(async (found) => {
        if (found?.token !== record.token)
          await writeFileAtomically(folder.supervisor, JSON.stringify(record));
      })
      .catch(report);
  }, recordLookMs).unref();
}

/** False when another supervisor of this deployment lives and can be asked. */
async function becomeTheOnlyOne(folder: DeploymentFolder, self: ProcessIdentity): Promise<boolean> {
  while (!(await claimExclusively(folder.root, 'supervisor', self))) {
    if ((await livingSupervisor(folder)) !== null) return false;
    await delay(20);
  }
  return true;
}

async function forgetPredecessor(folder: DeploymentFolder, start: string): Promise<void> {
  const predecessor = await readJsonFile(folder.supervisor, SupervisorRecord);
  if (predecessor !== null && predecessor.start !== start) {
    await rm(predecessor.start, { recursive: true, force: true });
  }
}

async function createSupervisor(
  folder: DeploymentFolder,
  {
    start,
    secrets,
    runtime,
  }: Pick<Supervising, 'runtime'> & { readonly start: string; readonly secrets: SuppliedSecrets },
): Promise<Supervisor> {
  const preparation = await readJsonFile(folder.preparation, StoredPreparation);
  const launch = await readJsonFile(join(start, 'launch.json'), StartFile);
  if (preparation === null || launch === null) throw new Error('the frozen inputs are missing');
  // Its starter has ended and another one has changed the resident: these artifacts are not what is to run.
  if (inputsDigest(preparation) !== launch.inputs) throw new Error('other inputs are to run by now');
  refuseMissing(preparation, secrets);
  const { nodeFolder } = launch;
  return new Supervisor({
    preparation,
    runtime: runtime({ preparation, folder, start, nodeFolder, onProblem: report }),
    logs: { folder: folder.logs, ...launch.logs },
    workersActive: (await readIntent(folder)).workersActive,
    secrets: secrets.values,
    redactor,
    onProblem: report,
  });
}

function report(error: unknown): void {
  const text = stackOf(error);
  process.stderr.write(`${new Date().toISOString()} ${redactor.redact(text)}\n`);
}
