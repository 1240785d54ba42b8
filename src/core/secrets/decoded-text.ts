/** A text as it reads once one layer of encoding is taken off, and where each of its characters came from. */
export interface DecodedText {
  readonly text: string;
  /** For every UTF-16 unit of `text`, and for its end, the offset in the text that was decoded. */
  readonly offsets: Uint32Array;
}

/** Percent-encoding (RFC 3986), the escapes of JSON (RFC 8259), and those of XML, by the character that begins each. */
export const encodings = ['%', '\\', '&'] as const;
export type Encoding = (typeof encodings)[number];

/**
 * Takes one encoding off a text, wherever it stands in it and whichever characters an encoder chose to encode. Null
 * when there is nothing to take off.
 */
export function decodedText(text: string, encoding: Encoding): DecodedText | null {
  if (!text.includes(encoding)) return null;
  const escapeAt = escapes[encoding];
  // Decoding never makes a text longer.
  const offsets = new Uint32Array(text.length + 1);
  let decoded = '';
  let from = 0;
  let isChanged = false;

  function keep(piece: string, step: 0 | 1): void {
    for (let unit = 0; unit < piece.length; unit += 1) offsets[decoded.length + unit] = from + unit * step;
    decoded += piece;
  }

  for (let at = text.indexOf(encoding); at >= 0; at = text.indexOf(encoding, at)) {
    const escape = escapeAt(text, at);
    if (escape === null) {
      at += 1;
      continue;
    }
    keep(text.slice(from, at), 1);
    from = at;
    keep(escape.text, 0);
    at += escape.length;
    from = at;
    isChanged = true;
  }
  if (!isChanged) return null;
  keep(text.slice(from), 1);
  offsets[decoded.length] = text.length;
  return { text: decoded, offsets };
}

interface Escape {
  readonly text: string;
  /** Characters that it takes up. */
  readonly length: number;
}

const escapes: Readonly<Record<Encoding, (text: string, at: number) => Escape | null>> = {
  '%': percentAt,
  '\\': backslashAt,
  '&': entityAt,
};

/** One character: as many bytes as its first one announces (UTF-8, RFC 3629). */
function percentAt(text: string, at: number): Escape | null {
  const first = byteAt(text, at);
  if (first === null) return null;
  const length = 3 * (first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4);
  try {
    return { text: decodeURIComponent(text.slice(at, at + length)), length };
  } catch {
    // Not UTF-8: it stays as it is.
    return null;
  }
}

function byteAt(text: string, at: number): number | null {
  const digits = text.slice(at + 1, at + 3);
  return /^[0-9A-Fa-f]{2}$/.test(digits) ? Number.parseInt(digits, 16) : null;
}

const shortEscapes: Readonly<Record<string, string>> = {
  '"': '"',
  "'": "'",
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};

function backslashAt(text: string, at: number): Escape | null {
  const next = text.charAt(at + 1);
  const short = shortEscapes[next];
  if (short !== undefined) return { text: short, length: 2 };
  const width = { u: 4, x: 2 }[next];
  if (width === undefined) return null;
  const digits = text.slice(at + 2, at + 2 + width);
  if (digits.length < width || !/^[0-9A-Fa-f]+$/.test(digits)) return null;
  return { text: String.fromCharCode(Number.parseInt(digits, 16)), length: 2 + width };
}

const entities = /&(?:(amp|lt|gt|quot|apos)|#(\d{1,7})|#x([0-9A-Fa-f]{1,6}));/y;
const namedEntities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function entityAt(text: string, at: number): Escape | null {
  entities.lastIndex = at;
  const match = entities.exec(text);
  if (match === null) return null;
  const [whole, named, decimal, hexadecimal] = match;
  if (named !== undefined) return { text: namedEntities[named] ?? '', length: whole.length };
  const code = decimal === undefined ? Number.parseInt(hexadecimal ?? '', 16) : Number(decimal);
  return code > 0x10_ff_ff ? null : { text: String.fromCodePoint(code), length: whole.length };
}
