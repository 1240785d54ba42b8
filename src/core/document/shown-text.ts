/** Longer than what anybody reads in a document; an answer may be a file that somebody pasted. */
const longest = 2000;

/**
 * A text as a document may have it: one line, of bearable length, in which nothing acts. White space of all kinds is
 * one blank. Controls, which a terminal or a parser acts upon, and marks that turn the order of reading or take up no
 * room, are named instead (Unicode Technical Report 36, section 2.1.2). Half of a surrogate pair is no text. What is
 * shown stays as it is when it is shown again: a document is made of such texts before it is written in a format.
 */
export function shownText(text: string): string {
  const line = text
    .slice(0, longest)
    .toWellFormed()
    .replaceAll(/\s+/gu, ' ')
    .replaceAll(acting, (mark) => `⟨U+${codeOf(mark)}⟩`);
  if (text.length <= longest && line.length <= longest) return line;
  const end = `… (${text.length} characters)`;
  return `${line.slice(0, longest - end.length).toWellFormed()}${end}`;
}

const acting = /[\p{Cc}\u00AD\u061C\u180E\u200B\u200E\u200F\u202A-\u202E\u2060-\u206F\uFEFF\uFFF9-\uFFFB]/gu;

function codeOf(mark: string): string {
  return (mark.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
}

/** The same for every text of a value, whatever its shape; what is no text stays as it is. */
export function shownThroughout<T>(value: T): T {
  return through(value) as T;
}

function through(value: unknown): unknown {
  if (typeof value === 'string') return shownText(value);
  if (Array.isArray(value)) return value.map(through);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, through(item)]));
}
