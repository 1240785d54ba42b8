import { StringDecoder } from 'node:string_decoder';

/** Characters after which a line is cut: one endless line must not fill the memory. */
const longestLine = 16 * 1024;

/** Cuts the bytes of a stream into lines. Bytes that are not UTF-8 become U+FFFD; a line too long becomes several. */
export class LineSplitter {
  readonly #decoder = new StringDecoder('utf8');
  #rest = '';

  push(bytes: Buffer): readonly string[] {
    const parts = (this.#rest + this.#decoder.write(bytes)).split('\n');
    const rest = parts.pop() ?? '';
    const cut = wholePieces(rest);
    this.#rest = rest.slice(cut.length * longestLine);
    return [...parts.flatMap((line) => pieces(withoutReturn(line))), ...cut];
  }

  /** What came after the last line break. */
  end(): readonly string[] {
    const rest = withoutReturn(this.#rest + this.#decoder.end());
    this.#rest = '';
    return rest === '' ? [] : pieces(rest);
  }
}

function withoutReturn(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line;
}

function pieces(line: string): readonly string[] {
  const whole = wholePieces(line);
  const rest = line.slice(whole.length * longestLine);
  return rest === '' && whole.length > 0 ? whole : [...whole, rest];
}

function wholePieces(text: string): readonly string[] {
  const count = Math.floor(text.length / longestLine);
  return Array.from({ length: count }, (_, index) =>
    text.slice(index * longestLine, (index + 1) * longestLine),
  );
}
