/**
 * Controls, which a terminal acts upon, and marks that turn the order in which a line is read (Unicode Technical Report
 * 36, section 2.1.2; CVE-2021-42574): with them a text shows something else than it is.
 */
const acting = /[\p{Cc}\u200E\u200F\u202A-\u202E\u2066-\u2069]/u;

/** Whether a text is one line, and shows what it is. */
export function isPlain(text: string): boolean {
  return !acting.test(text);
}
