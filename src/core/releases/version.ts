/** What the version of a commit is made of. */
export interface VersionFacts {
  readonly key: string;
  /** Full id. */
  readonly commit: string;
  /** The nearest tags at or before the commit; `distance` counts the commits since, 0: the tag is on it. */
  readonly tags: readonly { readonly name: string; readonly distance: number }[];
  /** Commits in the history, this one among them. */
  readonly commits: number;
}

/**
 * The versions that a commit may have, the wanted one first; the first that no other commit of the integration has is
 * its version. At a tag `<key>@x` or `vx` it is `x`; n commits after it `x-<n>-<first 7 digits of the id>`; without a
 * tag `0.0.0-<n>-<…>` with n = commits in the history. The others give more digits of the id, so the last is unique.
 *
 * Of several tags the nearest counts, then `<key>@x` before `vx`, then the highest (Semantic Versioning 2.0.0, item
 * 11). Every version is a valid OCI tag: `+` becomes `_`, which no semantic version has.
 */
export function versionCandidates(facts: VersionFacts): readonly string[] {
  const [base] = facts.tags.flatMap((tag) => versionTag(facts.key, tag)).sort(compareTags);
  const stem = base === undefined ? `0.0.0-${facts.commits}` : `${base.version}-${base.distance}`;
  const ids = Array.from({ length: facts.commit.length - 6 }, (_, more) => facts.commit.slice(0, 7 + more));
  const withIds = ids.map((id) => `${stem}-${id}`);
  return base?.distance === 0 ? [base.version, ...withIds] : withIds;
}

/** Whether a tag says a version of the integration: `<key>@1.2.0` or `v1.2.0`. */
export function isVersionTag(key: string, name: string): boolean {
  return versionIn(key, name) !== null;
}

interface VersionTag {
  readonly version: string;
  readonly distance: number;
  readonly isOwn: boolean;
}

/** Numbers apart by dots, then what semantic versions allow; short enough to leave room for the id in 128 bytes. */
const versionPattern = /^(?=.{1,48}$)\d+(\.\d+)*(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?$/;

function versionIn(key: string, name: string): string | null {
  const own = `${key}@`;
  const version = name.startsWith(own) ? name.slice(own.length) : name.startsWith('v') ? name.slice(1) : '';
  return versionPattern.test(version) ? version.replace('+', '_') : null;
}

function versionTag(key: string, tag: { readonly name: string; readonly distance: number }): VersionTag[] {
  const version = versionIn(key, tag.name);
  if (version === null) return [];
  return [{ version, distance: tag.distance, isOwn: tag.name.startsWith(`${key}@`) }];
}

function compareTags(a: VersionTag, b: VersionTag): number {
  return (
    a.distance - b.distance || Number(b.isOwn) - Number(a.isOwn) || -compareVersions(a.version, b.version)
  );
}

/** Negative when `a` is lower. Never 0 for different texts: build metadata, which has no rank, decides at last. */
function compareVersions(a: string, b: string): number {
  const [left, right] = [versionParts(a), versionParts(b)];
  return (
    compareLists(left.numbers, right.numbers) ||
    Number(left.pre.length === 0) - Number(right.pre.length === 0) ||
    compareLists(left.pre, right.pre) ||
    compareTexts(a, b)
  );
}

function versionParts(version: string): {
  readonly numbers: readonly string[];
  readonly pre: readonly string[];
} {
  const [precedence = ''] = version.split('_');
  const dash = precedence.indexOf('-');
  if (dash < 0) return { numbers: precedence.split('.'), pre: [] };
  return { numbers: precedence.slice(0, dash).split('.'), pre: precedence.slice(dash + 1).split('.') };
}

/** Field by field; of two lists that agree as far as they go the longer one is higher. */
function compareLists(a: readonly string[], b: readonly string[]): number {
  const fields = a.map((field, at) => compareFields(field, b[at]));
  return fields.find((order) => order !== 0) ?? a.length - b.length;
}

/** Numbers by value and below texts; texts by their characters. */
function compareFields(a: string, b: string | undefined): number {
  if (b === undefined) return 1;
  const [isNumberA, isNumberB] = [/^\d+$/.test(a), /^\d+$/.test(b)];
  if (isNumberA && isNumberB) return compareTexts(a.padStart(48, '0'), b.padStart(48, '0'));
  if (isNumberA !== isNumberB) return isNumberA ? -1 : 1;
  return compareTexts(a, b);
}

function compareTexts(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
