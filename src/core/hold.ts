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
