import { widthOf } from './width.ts';

/** However narrow the terminal, a text gets this much: a column of single words is harder to read. */
const leastRoom = 24;

/** Breaks a text at its blanks into lines of at most `width` columns. Colours go on where a line was broken. */
export function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const [, blanks = '', word = ''] of text.trim().matchAll(/(\s*)(\S+)/g)) {
    const longer = line + blanks.replaceAll(/\s/g, ' ') + word;
    if (line !== '' && widthOf(longer) > width) {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  return withColours([...lines, line]);
}

/** A text after its head, its further lines under where it began. */
export function hanging(head: string, text: string, width: number): readonly string[] {
  const start = widthOf(head);
  const [first = '', ...rest] = wrap(text, Math.max(width - start, leastRoom));
  return [(head + first).trimEnd(), ...rest.map((line) => ' '.repeat(start) + line)];
}

// ECMA-48, "select graphic rendition": how a terminal is told colours.
const colour = String.raw`\u001B\[(\d+)m`;
const head = new RegExp(String.raw`^\s*(?:(?:${colour})*[^\s\w\u001B](?:${colour})* )?`);
const asItIs = new RegExp(
  String.raw`^\s*(?:${colour})*(?:│|→(?:${colour})* (?:${colour})*(?:deployer|git|export|npm) )`,
);

/**
 * Sentences as they fit a terminal, each under what follows its indent and its sign (`✗`, `•`). Left as they are: what
 * a program wrote, and commands, which are to be copied whole.
 */
export function wrapLines(text: string, width: number): string {
  return text
    .split('\n')
    .flatMap((line) => {
      if (widthOf(line) <= width || asItIs.test(line)) return [line];
      const begin = head.exec(line)?.[0] ?? '';
      return hanging(begin, line.slice(begin.length), width);
    })
    .join('\n');
}

/** A colour that a break would leave open ends with its line, and begins again on the next. */
function withColours(lines: readonly string[]): readonly string[] {
  let open: readonly string[] = [];
  return lines.map((line) => {
    const before = open.join('');
    for (const [code, number = ''] of line.matchAll(new RegExp(colour, 'g')))
      open = afterCode(open, code, number);
    return before + line + (open.length === 0 ? '' : '\u001B[0m');
  });
}

/** 22 ends bold (1) and dim (2), 39 ends a colour (30 to 37). */
function afterCode(open: readonly string[], code: string, number: string): readonly string[] {
  if (number === '0') return [];
  if (number === '22') return open.filter((each) => !/\[[12]m/.test(each));
  if (number === '39') return open.filter((each) => !/\[3\dm/.test(each));
  return [...open, code];
}
