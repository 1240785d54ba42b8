import { StringDecoder } from 'node:string_decoder';

export interface LineSplitter {
  push(chunk: Buffer): void;
  /** Hands over what follows the last line end. */
  end(): void;
}

/** Takes out of a line what nobody may read there. */
export interface LineRedactor {
  /** How much of a line that is cut must go so that no beginning of such a text is left. */
  readonly margin: number;
  redact(line: string): string;
}

export interface SplitOptions {
  /** Characters of a line that are kept. @default 4000 */
  readonly maxLength?: number;
  /** @default none */
  readonly redactor?: LineRedactor;
}

/**
 * Cuts a program's output into lines, across chunks and across the bytes of a character. A line longer than
 * `maxLength` characters is cut, and says by how much. What databases and terminals cannot store (a zero byte, half a
 * character) becomes U+FFFD.
 */
export function splitLines(
  onLine: (line: string) => void,
  { maxLength = 4000, redactor }: SplitOptions = {},
): LineSplitter {
  const decoder = new StringDecoder('utf8');
  const mostKept = maxLength + 1 + (redactor?.margin ?? 0);
  let kept = '';
  let length = 0;

  function keep(part: string): void {
    kept += part.slice(0, mostKept - kept.length);
    length += part.length;
  }

  function finish(): void {
    const isWhole = length === kept.length;
    const readable = redactor?.redact(kept) ?? kept;
    // What is left of a value at the cut cannot be recognised any more.
    const sure = Math.max(0, readable.length - (redactor?.margin ?? 0));
    const safe = isWhole ? readable.replace(/\r$/, '') : readable.slice(0, sure);
    const line =
      isWhole && safe.length <= maxLength ? safe : `${safe.slice(0, maxLength)}… (${length} characters)`;
    kept = '';
    length = 0;
    onLine(line.replaceAll('\0', '\uFFFD').toWellFormed());
  }

  function take(text: string): void {
    const [first = '', ...others] = text.split('\n');
    keep(first);
    for (const part of others) {
      finish();
      keep(part);
    }
  }

  return {
    push: (chunk) => take(decoder.write(chunk)),
    end: () => {
      take(decoder.end());
      if (length > 0) finish();
    },
  };
}
