import type { Words } from '../core/document/document.ts';
import { shownText } from '../core/document/shown-text.ts';
import type { Inline } from '../core/document/statement.ts';

/**
 * Text as Markdown that shows exactly it (CommonMark 0.31 with tables, strikethrough and literal links of GFM 0.29):
 * nothing in it becomes a heading, a link, an image, HTML, mathematics or a template, wherever it is rendered.
 */
export function markdownText(text: Words, place: 'line' | 'cell' = 'line'): string {
  return text
    .map((part) => inline(part, place))
    .join('')
    .trim()
    .replace(/^[#=+-]/, String.raw`\$&`)
    .replace(/^(\d+)([.)])(?=\s|$)/, String.raw`$1\$2`)
    .replace(/(?<=\s)#+$/, String.raw`\$&`);
}

function inline(part: Inline, place: 'line' | 'cell'): string {
  if (typeof part !== 'string') return codeSpan(shownText(part.code), place);
  return shownText(part)
    .split(linkLike)
    .map((piece, at) => (at % 2 === 1 ? codeSpan(piece, place) : escaped(piece)))
    .join('');
}

/**
 * What GFM, or a Git host, makes a link of without being told to. An escape does not keep it from that everywhere; in
 * a code span nothing is ever linked.
 */
const linkLike = /([^\s()<>[\]"',;]*(?::\/\/|@|\bwww\.|\bmailto:|\bxmpp:)[^\s()<>[\]"',;]*)/iu;

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
