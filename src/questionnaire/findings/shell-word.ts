/** A text as one word of a shell command. */
export function shellWord(text: string): string {
  return /^[\w./:@=+,-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/** Whether a shell would have something to run. */
export function isCommand(text: string): boolean {
  return text.trim() !== '' && !text.includes('\0');
}
