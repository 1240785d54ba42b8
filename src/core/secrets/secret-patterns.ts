/** How a value may show up: as it is, as one line, line by line, in base64 at any alignment, in hexadecimal. */

/** Anything shorter would be found in texts that have nothing to do with it. */
export const shortestSecret = 8;

/** Longer values are looked for in pieces, so that a part of one does not get through either. */
const pieceLength = 96;
/** Where common encoders break lines: PEM (RFC 7468) and MIME (RFC 2045). */
const base64Widths = [64, 76] as const;

export function patternsOf(value: string): readonly string[] {
  const lines = value.split(/\r?\n/).filter((line) => !isBoilerplate(line));
  // Answers are kept, and documents written, with one blank for white space of all kinds.
  const oneLine = value.replaceAll(/\s+/g, ' ').trim();
  const texts = [value, oneLine, ...lines].flatMap(pieces);
  const patterns = [
    ...texts,
    ...pieces(value).flatMap(encodings),
    ...lines.flatMap(encodings),
    ...wrapped(value),
  ];
  return [...new Set(patterns)].filter((pattern) => pattern.length >= shortestSecret);
}

/** `-----BEGIN PRIVATE KEY-----` tells nobody anything. */
function isBoilerplate(line: string): boolean {
  return /^-{5}(?:BEGIN|END) [A-Z0-9 ]+-{5}$/.test(line);
}

function pieces(text: string): readonly string[] {
  if (text.length <= pieceLength) return [text];
  const cuts = Array.from(
    { length: Math.ceil(text.length / pieceLength) },
    (_, index) => index * pieceLength,
  );
  // The last one reaches back, so that it is not too short to be looked for.
  return cuts.map((cut) => {
    const start = Math.min(cut, text.length - pieceLength);
    return text.slice(start, start + pieceLength);
  });
}

function encodings(text: string): readonly string[] {
  if (text.length < shortestSecret) return [];
  const bytes = Buffer.from(text);
  const hexadecimal = bytes.toString('hex');
  const cores = [0, 1, 2].map((alignment) => base64Core(bytes, alignment));
  return [hexadecimal, hexadecimal.toUpperCase(), ...cores, ...cores.map(urlSafe)];
}

/**
 * What base64 makes of bytes that stand `alignment` bytes (modulo 3) into a longer text: the characters that come from
 * these bytes alone, whatever stands before and after them.
 */
function base64Core(bytes: Buffer, alignment: number): string {
  const encoded = Buffer.concat([Buffer.alloc(alignment), bytes]).toString('base64');
  const start = Math.ceil((alignment * 8) / 6);
  const end = Math.floor(((alignment + bytes.length) * 8) / 6);
  return encoded.slice(start, end);
}

function urlSafe(base64: string): string {
  return base64.replaceAll('+', '-').replaceAll('/', '_');
}

/** The lines of a long value's base64, when it was encoded by itself. */
function wrapped(value: string): readonly string[] {
  const encoded = Buffer.from(value).toString('base64').replaceAll('=', '');
  return base64Widths.flatMap((width) => {
    if (encoded.length <= width) return [];
    const lines = encoded.match(new RegExp(`.{1,${width}}`, 'g')) ?? [];
    return lines.filter((line) => line.length > shortestSecret);
  });
}
