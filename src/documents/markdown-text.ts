import type { Words } from '../core/document/document.ts';
import { shownText } from '../core/document/shown-text.ts';
import type { Inline } from '../core/document/statement.ts';

/**
 * Text as Markdown that shows exactly it (CommonMark 0.31 with tables, strikethrough and literal links of GFM 0.29):
 * nothing in it becomes a heading, a link, an image, HTML, mathematics or a template, wherever it is rendered.
 */
export function markdownText(text: Words, place: 'line' | 'cell' = 'line'): string {
  return joinedCode(joinedText(text.map(shown)).flatMap(piecesOf))
    .map((piece) => (piece.isCode ? codeSpan(piece.text, place) : escaped(piece.text)))
    .join('')
    .trim()
    .replace(/^[#=+-]/, String.raw`\$&`)
    .replace(/^(\d+)([.)])(?=\s|$)/, String.raw`$1\$2`)
    .replace(/(?<=\s)#+$/, String.raw`\$&`);
}

/** Each by itself: a sentence of many parts is not too long because they are together. */
function shown(part: Inline): Inline {
  return typeof part === 'string' ? shownText(part) : { code: shownText(part.code) };
}

/** Texts that follow each other are one: what makes a link may begin in one and end in the next. */
function joinedText(text: Words): readonly Inline[] {
  return text.reduce<readonly Inline[]>((joined, part) => {
    const last = joined.at(-1);
    const isText = typeof last === 'string' && typeof part === 'string';
    return isText ? [...joined.slice(0, -1), last + part] : [...joined, part];
  }, []);
}

interface Piece {
  readonly isCode: boolean;
  readonly text: string;
}

function piecesOf(part: Inline): readonly Piece[] {
  if (typeof part !== 'string') return [{ isCode: true, text: part.code }];
  return part
    .split(linkLike)
    .map((text, at) => ({ isCode: at % 2 === 1, text }))
    .filter(({ text }) => text !== '');
}

/** Code beside code becomes one span: between two of them nothing would tell where one ends. */
function joinedCode(pieces: readonly Piece[]): readonly Piece[] {
  return pieces.reduce<readonly Piece[]>((before, piece) => {
    const last = before.at(-1);
    if (last?.isCode !== true || !piece.isCode) return [...before, piece];
    return [...before.slice(0, -1), { isCode: true, text: last.text + piece.text }];
  }, []);
}

/**
 * What GFM, or a Git host, makes a link of without being told to. An escape does not keep it from that everywhere; in
 * a code span nothing is ever linked. What ends a sentence is no part of it.
 */
const linkLike =
  /([^\s()<>[\]"',;]*(?::\/\/|@|www\.|mailto:|xmpp:)(?:[^\s()<>[\]"',;]*[^\s()<>[\]"',;.:!?])?)/iu;

function escaped(text: string): string {
  return text.replaceAll(/[\\`*_[\]<>|~$^{}]/g, String.raw`\$&`).replaceAll(/&(?=#|\w+;)/g, String.raw`\&`);
}

/** CommonMark 6.1: between runs of backticks as long as none in the text. */
function codeSpan(text: string, place: 'line' | 'cell'): string {
  const content = text.trim();
  if (content === '') return '';
  const runs = new Set([...content.matchAll(/`+/g)].map(([run]) => run.length));
  let length = 1;
  while (runs.has(length)) length += 1;
  const fence = '`'.repeat(length);
  const padding = content.startsWith('`') || content.endsWith('`') ? ' ' : '';
  return `${fence}${padding}${place === 'cell' ? barred(content) : content}${padding}${fence}`;
}

/** A bar ends a cell even in a code span, unless one backslash stands before it (GFM 4.10). */
function barred(content: string): string {
  return content.replaceAll(/\\(?=\|)/g, String.raw`\ `).replaceAll('|', String.raw`\|`);
}
