import type { Words } from '../core/document/document.ts';
import type { Drift, StatementSource } from '../core/document/statement.ts';
import { code, sentence, timeText, words } from '../core/document/words.ts';

/** Where a statement is known from, to follow its kind: `decided` … */
export function sourceWords(source: StatementSource): Words {
  switch (source.kind) {
    case 'decided': {
      const { by } = source;
      if (by.kind === 'spec') return words`in ${code('deployer.yaml')} at ${code(by.path)}`;
      const who = by.who === null ? [] : words` by ${by.who}`;
      return words`by the answer to ${code(by.question)}${who}${by.at === null ? '' : `, ${timeText(by.at)}`}`;
    }
    case 'assumed':
      return source.question === null
        ? words`because ${sentence(source.because)}`
        : words`because ${sentence(source.because)}; ${code(source.question)} would settle it`;
    case 'observed':
      return seenWords(source);
  }
}

/** `2026-05-01 12:00:00 UTC, evidence sha256:…` */
export function seenWords({ at, evidence }: Pick<Drift, 'at' | 'evidence'>): Words {
  return evidence === null
    ? words`${timeText(at)}`
    : words`${timeText(at)}, evidence ${code(shortDigest(evidence))}`;
}

/** Enough to find it by: evidence goes by a unique prefix. */
function shortDigest(digest: string): string {
  return digest.replace(/^(sha256:[0-9a-f]{12})[0-9a-f]{52}$/, '$1');
}
