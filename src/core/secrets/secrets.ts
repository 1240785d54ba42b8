import { DeployerError } from '../../errors.ts';
import type { IntegrationDefinition } from '../definition/integration.ts';
import type { Plan } from '../pipeline/plan.ts';
import type { Redactor } from './redaction.ts';
import {
  parseSecretReference,
  referencesIn,
  secretName,
  type SecretReference,
  secretText,
} from './secret-reference.ts';

/**
 * Where values of secrets come from. They are asked for at the last moment and kept by nobody: records, releases,
 * configurations and diffs hold references.
 */
export interface Secrets {
  /** How what a reference names stands now. Reads no value. */
  standing(integration: string, reference: SecretReference): Promise<SecretStanding>;
  /** The value of a version, a revoked one too. Throws `secret_missing` or `secrets_locked`. */
  read(integration: string, reference: SecretReference): Promise<string>;
  /** Every value of an integration, whichever version. Throws `secrets_locked`. */
  values(integration: string): Promise<readonly string[]>;
  /** Takes every value of an integration out of texts, whichever version. Throws `secrets_locked`. */
  redactor(integration: string): Promise<Redactor>;
  /** As far as this process has met values; for texts that cannot wait. */
  readonly known: Redactor;
}

export interface SecretStanding {
  /** The newest version that is not revoked; null: there is none. */
  readonly current: string | null;
  /** Of the version that the reference names. */
  readonly named: 'unnamed' | 'usable' | 'revoked' | 'unknown';
}

/** What makes a version of a secret the one it is. */
export interface SecretPlace {
  readonly integration: string;
  readonly path: string;
  readonly key: string;
  readonly version: number;
}

/** Encrypts what is to be stored, so that it can be read only as what it was stored for. */
export interface SecretSealer {
  /** Throws `secrets_locked` when the integration's key cannot be opened. */
  sealFor(integration: string): Promise<Seal>;
}

/** Has the key already: within a transaction nothing may ask for another connection. */
export type Seal = (place: Omit<SecretPlace, 'integration'>, value: string) => Uint8Array;

/** References as written -> references with the version that was decided. */
export type Pins = Readonly<Record<string, string>>;

/** A revoked version, and what is used in its place. */
export interface Substitution {
  /** With the version that was pinned. */
  readonly revoked: string;
  /** With the version that is used; null: every version is revoked. */
  readonly used: string | null;
}

/** What needs secrets: a definition, by the stages that are planned for it. */
export interface SecretSubject {
  readonly definition: IntegrationDefinition;
  readonly plan: Plan;
}

/** The references that one environment needs; null: what runs before any environment. */
export function referencesFor(
  { definition, plan }: SecretSubject,
  environment: string | null,
): readonly string[] {
  const { environments, setup, suites } = definition;
  const stages = plan.stages.filter((stage) => stage.environment === environment);
  const commands = stages.flatMap(({ kind, name, suite }) => {
    const command = kind === 'setup' ? setup : kind === 'suite' ? suites[suite ?? name] : null;
    return command === null || command === undefined ? [] : [command.env];
  });
  const { shapes = {}, migrationEnv = {} } = environments.find(({ name }) => name === environment) ?? {};
  return referencesIn([...Object.values(shapes).map(({ env }) => env), migrationEnv, ...commands]);
}

/** Addresses of receivers that are secrets. They are no part of a configuration: the newest version is used. */
export function webhookReferences({ monitoring }: IntegrationDefinition): readonly string[] {
  return (monitoring?.webhooks ?? []).filter((webhook) => parseSecretReference(webhook) !== null);
}

/** The version that a reference means from now on, or why it means none: `secret_missing`, `secret_revoked`. */
export function pinned(
  reference: SecretReference,
  { current, named }: SecretStanding,
): string | DeployerError {
  if (named === 'revoked') return revokedError(secretText(reference));
  if (named === 'usable') return secretText(reference);
  if (named === 'unknown' || current === null) return missingError(reference);
  return secretText({ ...reference, version: current });
}

/** What is used when something starts that was prepared with a version: that version, unless it was revoked. */
export function substitution(text: string, { current, named }: SecretStanding): Substitution | null {
  if (named !== 'revoked') return null;
  const reference = parseSecretReference(text);
  if (reference === null || current === null) return { revoked: text, used: null };
  return { revoked: text, used: secretText({ ...reference, version: current }) };
}

/** `db#password@2 is revoked: @3 is used` */
export function substitutionText({ revoked, used }: Substitution): string {
  const [from, to] = [revoked, used].map((text) => (text === null ? null : parseSecretReference(text)));
  const name = from === null || from === undefined ? revoked : secretName(from);
  return to === null || to === undefined
    ? `secret ${name} is revoked, and so is every other version of it`
    : `secret ${name} is revoked: @${to.version} is used`;
}

/** What somebody who approves a version for a run must know of it; null: nothing. */
export function pinNotice(
  reference: SecretReference,
  { current, named }: SecretStanding,
  run: string,
): string | null {
  const name = secretName(reference);
  if (named === 'revoked')
    return `Secret ${name} was revoked since this was asked: it will not be deployed. deployer cancel ${run}, then deployer retry ${run} asks again.`;
  if (current === null || current === reference.version) return null;
  return `Secret ${name} is not the newest version any more, which is @${current}.`;
}

function missingError(reference: SecretReference): DeployerError {
  const name = secretName({ ...reference, version: null });
  const what = reference.version === null ? name : secretName(reference);
  return new DeployerError('secret_missing', {
    message: `Secret ${what} is not set, or every version of it is revoked.`,
    hint: `deployer secret set ${name}`,
  });
}

/** For what may not go on with another version than the one it was decided with. */
export function revokedError(text: string): DeployerError {
  const reference = parseSecretReference(text);
  const name = reference === null ? text : secretName(reference);
  return new DeployerError('secret_revoked', {
    message: `Secret ${name} was revoked.`,
    hint: 'deployer retry takes the newest version, and asks for approval again; a version in deployer.yaml is to be changed there.',
  });
}
