import { environmentsOf, type Stage } from '../../core/pipeline/plan.ts';
import {
  parseSecretReference,
  referencesIn,
  replaced,
  type SecretReference,
} from '../../core/secrets/secret-reference.ts';
import {
  pinned,
  type Pins,
  referencesFor,
  type SecretSubject,
  revokedError,
  type Secrets,
  type SecretStanding,
  webhookReferences,
} from '../../core/secrets/secrets.ts';
import { DeployerError } from '../../errors.ts';
import type { Queries } from '../../store/database.ts';
import type { RunRow } from '../../store/runs.ts';
import { findPins, savePins } from '../../store/secret-pins.ts';

/** The versions of secrets that a run uses: decided once per attempt and environment, before anybody is asked. */
export interface PinParts {
  readonly db: Queries;
  readonly secrets: Secrets;
}

type PinnedRun = Pick<RunRow, 'id' | 'attempt' | 'integration' | 'definition' | 'plan'>;

/**
 * The decided versions, decided now when nobody has: a version that is set later does not leak into what was approved.
 * Null for the environment: what runs before any. Throws `secret_missing` or `secret_revoked`.
 */
export async function pinsOf(
  { db, secrets }: PinParts,
  run: PinnedRun,
  environment: string | null,
): Promise<Pins> {
  const references = referencesFor(run, environment);
  if (references.length === 0) return {};
  const known = await findPins(db, run, environment);
  if (known !== null) return known;
  await savePins(db, run, environment, await newestVersions(secrets, run.integration, references));
  return (await findPins(db, run, environment)) ?? {};
}

/** As `pinsOf`, and decides nothing: null when nobody has yet. */
export async function knownPins(
  db: Queries,
  run: PinnedRun,
  environment: string | null,
): Promise<Pins | null> {
  return referencesFor(run, environment).length === 0 ? {} : await findPins(db, run, environment);
}

/** The decided versions of what is about to start for the first time. One that was revoked since is refused. */
export async function usablePinsOf(
  parts: PinParts,
  run: PinnedRun,
  environment: string | null,
): Promise<Pins> {
  const pins = await pinsOf(parts, run, environment);
  for (const text of Object.values(pins)) await refuseRevoked(parts.secrets, run.integration, text);
  return pins;
}

/** An environment for a command, with values in the place of references. */
export async function reveal(
  parts: PinParts,
  run: PinnedRun,
  environment: string | null,
  env: Readonly<Record<string, string>>,
): Promise<Readonly<Record<string, string>>> {
  const references = referencesIn([env]);
  if (references.length === 0) return env;
  const pins = await pinsOf(parts, run, environment);
  const values: Record<string, string> = {};
  for (const written of references) {
    const text = pins[written];
    if (text === undefined) throw new Error(`no version of ${written} was decided`);
    await refuseRevoked(parts.secrets, run.integration, text);
    values[written] = await parts.secrets.read(run.integration, referenceOf(text));
  }
  return replaced(env, values);
}

/** Why the decided versions of an environment's secrets cannot be used now; null: they can. */
export async function unusableSecret(
  parts: PinParts,
  run: PinnedRun,
  { environment }: Pick<Stage, 'environment'>,
): Promise<string | null> {
  return await whyNot(() => usablePinsOf(parts, run, environment));
}

/** That a decided version of an environment's secrets was revoked since, in a sentence; null: none was. */
export async function revokedPin(
  parts: PinParts,
  run: PinnedRun,
  { environment }: Pick<Stage, 'environment'>,
): Promise<string | null> {
  for (const text of Object.values(await pinsOf(parts, run, environment))) {
    const { named } = await standingOf(parts.secrets, run.integration, text);
    if (named === 'revoked') return revokedError(text).message;
  }
  return null;
}

/** Why the versions of the secrets of a stage's environment cannot be decided; null when they are. */
export async function unmetSecret(
  parts: PinParts,
  run: PinnedRun,
  { environment }: Pick<Stage, 'environment'>,
): Promise<string | null> {
  return await whyNot(() => pinsOf(parts, run, environment));
}

async function whyNot(decide: () => Promise<Pins>): Promise<string | null> {
  try {
    await decide();
    return null;
  } catch (error) {
    if (!(error instanceof DeployerError)) throw error;
    return `${error.message} (${error.hint})`;
  }
}

/** Refuses a ship whose secrets cannot all be had, before a run exists. */
export async function refuseMissingSecrets(secrets: Secrets, shipped: SecretSubject): Promise<void> {
  const environments = [null, ...environmentsOf(shipped.plan)];
  const references = [
    ...environments.flatMap((environment) => referencesFor(shipped, environment)),
    ...webhookReferences(shipped.definition),
  ];
  await newestVersions(secrets, shipped.definition.key, [...new Set(references)]);
}

async function newestVersions(
  secrets: Secrets,
  integration: string,
  references: readonly string[],
): Promise<Pins> {
  const entries: [string, string][] = [];
  const problems: DeployerError[] = [];
  for (const written of references) {
    const found = pinned(referenceOf(written), await standingOf(secrets, integration, written));
    if (found instanceof DeployerError) problems.push(found);
    else entries.push([written, found]);
  }
  const [first, ...others] = problems;
  if (first === undefined) return Object.fromEntries(entries);
  throw new DeployerError(first.code, {
    message: first.message,
    hint: first.hint,
    detail: others.map(({ message, hint }) => `${message} (${hint})`),
  });
}

async function refuseRevoked(secrets: Secrets, integration: string, text: string): Promise<void> {
  const { named } = await standingOf(secrets, integration, text);
  if (named === 'revoked') throw revokedError(text);
}

async function standingOf(secrets: Secrets, integration: string, text: string): Promise<SecretStanding> {
  return await secrets.standing(integration, referenceOf(text));
}

function referenceOf(text: string): SecretReference {
  const reference = parseSecretReference(text);
  if (reference === null) throw new Error(`${text} is no reference`);
  return reference;
}
