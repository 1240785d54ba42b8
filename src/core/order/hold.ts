/** A hold keeps a release, and every release of equal content and configuration, out of an environment. */
export interface Hold {
  readonly release: string;
  readonly content: string;
  /** Null: every environment. */
  readonly environment: string | null;
  readonly reason: string;
  readonly identity: string;
}

export interface HeldSubject {
  readonly release: string;
  readonly content: string;
  readonly environment: string;
  /** Digest of the release's configuration in that environment. */
  readonly configuration: string;
}

/**
 * The hold that keeps a release out of an environment, or null.
 *
 * @param configurationOf digest of the configuration of a held release in an environment; null when it has none there
 */
export function holdAgainst(
  subject: HeldSubject,
  holds: readonly Hold[],
  configurationOf: (release: string, environment: string) => string | null,
): Hold | null {
  const applies = (hold: Hold): boolean => {
    if (hold.environment !== null && hold.environment !== subject.environment) return false;
    if (hold.release === subject.release) return true;
    return (
      hold.content === subject.content &&
      configurationOf(hold.release, subject.environment) === subject.configuration
    );
  };
  return holds.find(applies) ?? null;
}

/** Whose act a hold is when nobody put it: the watch's, or that of a UAT that said no. */
const nobody = 'deployer';

/** `errors after the switch (by ops@example.com)`: why, and who says so, unless the reason names them already. */
export function holdReason({ reason, identity }: Pick<Hold, 'reason' | 'identity'>): string {
  const why = reason.trim().replace(/\.$/, '');
  const who = identity === nobody ? 'by deployer itself' : `by ${identity}`;
  return why.endsWith(who) ? why : `${why} (${who})`;
}

/** `on hold in production`, or `on hold everywhere`. */
export function onHold({ environment }: Pick<Hold, 'environment'>): string {
  return environment === null ? 'on hold everywhere' : `on hold in ${environment}`;
}

/** What to type to lift a hold. */
export function unholdCommand(version: string, { environment }: Pick<Hold, 'environment'>): string {
  const there = environment === null ? '' : ` --environment ${environment}`;
  return `deployer unhold ${version}${there} --reason "…"`;
}
