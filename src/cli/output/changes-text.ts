import { parseSecretReference, secretName } from '../../core/secrets/secret-reference.ts';
import { clip } from './width.ts';
import { shortId } from './digest-text.ts';
import type { Style } from './style.ts';

export interface Change {
  readonly path: string;
  readonly from: unknown;
  readonly to: unknown;
}

/** One line per change: `+ path  value`, `- path  value`, `~ path  from → to`. */
export function changeLines(changes: readonly Change[], style: Style, width: number): readonly string[] {
  return changes.map(({ path, from, to }) => {
    const room = Math.max(width - path.length - 8, 24);
    const secret = secretChange(from, to);
    if (secret !== null) return `  ${style.attention('~')} ${path}  ${style.dim(secret)}`;
    if (isAbsent(from)) return `  ${style.good('+')} ${path}  ${style.dim(clip(valueText(to), room))}`;
    if (isAbsent(to)) return `  ${style.bad('-')} ${path}  ${style.dim(clip(valueText(from), room))}`;
    const half = Math.floor((room - 3) / 2);
    const pair = `${clip(valueText(from), half)} → ${clip(valueText(to), half)}`;
    return `  ${style.attention('~')} ${path}  ${style.dim(pair)}`;
  });
}

/** `db#password  @2 → @3`: the version stands at the end of a reference, where a long one would be cut. */
function secretChange(from: unknown, to: unknown): string | null {
  const [before, after] = [from, to].map((value) =>
    typeof value === 'string' ? parseSecretReference(value) : null,
  );
  if (before === null || before === undefined || after === null || after === undefined) return null;
  const [name, other] = [before, after].map((reference) => secretName({ ...reference, version: null }));
  if (name !== other || before.provider !== after.provider) return null;
  return `${name}  @${before.version ?? '?'} → @${after.version ?? '?'}`;
}

function isAbsent(value: unknown): boolean {
  return value === undefined || value === null;
}

function valueText(value: unknown): string {
  return typeof value === 'string' ? shortId(value) : (JSON.stringify(value) ?? 'nothing');
}
