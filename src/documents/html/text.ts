import type { Words } from '../../core/document/document.ts';
import { shownText } from '../../core/document/shown-text.ts';

/** Letters that are read from right to left (Unicode: Hebrew, Arabic, Syriac, Thaana, N'Ko and their later blocks). */
const rightToLeft = /[\u0590-\u08FF\uFB1D-\uFDFF\uFE70-\uFEFC\u{10800}-\u{10FFF}\u{1E800}-\u{1EFFF}]/u;

/** Text as HTML that shows exactly it, in content and in quoted attributes alike. */
export function htmlText(text: string): string {
  return shownText(text).replaceAll(/[&<>"']/g, (character) => entities[character] ?? '');
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

export function htmlWords(text: Words): string {
  return text.map((part) => (typeof part === 'string' ? isolated(part) : htmlCode(part.code))).join('');
}

/** Longer than names are: a digest, which may be broken anywhere. */
const longCode = 40;

function htmlCode(text: string): string {
  return `<code${text.length > longCode ? ' class="long"' : ''}>${isolated(text)}</code>`;
}

/** What is read the other way must not turn around what stands beside it. */
function isolated(text: string): string {
  return rightToLeft.test(text) ? `<bdi>${htmlText(text)}</bdi>` : htmlText(text);
}
