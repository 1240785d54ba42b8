import { StringDecoder } from 'node:string_decoder';

export interface LineSplitter {
  push(chunk: Buffer): void;
  /** Hands over what follows the last line end. */
  end(): void;
}

/**
 * Cuts a program's output into lines, across chunks and across the bytes of a character. A line longer than
 * `maxLength` characters is cut, and says by how much. What databases and terminals cannot store (a zero byte, half a
 * character) becomes U+FFFD.
 */
export function splitLines(onLine: (line: string) => void, maxLength = 4000): LineSplitter {
  const decoder = new StringDecoder('utf8');
  let kept = '';
  let length = 0;

  function keep(part: string): void {
    kept += part.slice(0, maxLength - kept.length);
    length += part.length;
  }

  function finish(): void {
    const whole = length === kept.length ? kept.replace(/\r$/, '') : `${kept}… (${length} characters)`;
    kept = '';
    length = 0;
    onLine(whole.replaceAll('\0', '\uFFFD').toWellFormed());
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
