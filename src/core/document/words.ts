import type { Words } from './document.ts';
import type { Inline } from './statement.ts';

/**
 * A sentence as data: what stands in `${}` is text, set as it is given. So a name that somebody typed never becomes
 * part of how a document is written.
 */
export function words(
  sentence: TemplateStringsArray,
  ...values: readonly (Inline | number | readonly Inline[])[]
): Words {
  return sentence.flatMap((text, index): Inline[] => {
    const value = values[index];
    const own = text === '' ? [] : [text];
    if (value === undefined || value === '') return own;
    if (typeof value === 'number') return [...own, String(value)];
    return isList(value) ? [...own, ...value] : [...own, value];
  });
}

export function code(text: string): Inline {
  return { code: text };
}

/** A sentence with code between backticks, as people write it: the rest, and what is between them, stays text. */
export function sentence(text: string): Words {
  return text.split(/`([^`]+)`/).flatMap((piece, at): Inline[] => {
    if (piece === '') return [];
    return [at % 2 === 1 ? code(piece) : piece];
  });
}

/** `a`, `a and b`, `a, b and c` */
export function listed(items: readonly (Inline | Words)[]): Words {
  return items.flatMap((item, index): Inline[] => {
    const between = index === 0 ? [] : [index === items.length - 1 ? ' and ' : ', '];
    return [...between, ...(isList(item) ? item : [item])];
  });
}

/** ISO 8601 as people read it, without its thousandths; what is no time stays as it is. */
export function timeText(at: string): string {
  return at.replace(/^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.\d+)?Z$/, '$1 $2 UTC');
}

/** As somebody reads it aloud: for comparing, and for a terminal. */
export function plainWords(text: Words): string {
  return text.map((part) => (typeof part === 'string' ? part : part.code)).join('');
}

function isList(value: Inline | Words): value is Words {
  return Array.isArray(value);
}
