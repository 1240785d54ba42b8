// eslint-disable-next-line no-control-regex -- this is what it looks for
const sgr = /^\u001B\[([\d;]*)m$/;
/** All but tabs, line feeds and the sequences that colour text (ECMA-48, section 8.3.117). */
const acting =
  // eslint-disable-next-line no-control-regex -- this is what it looks for
  /\u001B\[[\d;]*m|[\0-\u0008\u000B-\u001F\u007F-\u009F\u200E\u200F\u202A-\u202E\u2066-\u2069]/g;

/**
 * A text as a terminal may have it: what would move its cursor, conceal text or turn its order is written as an escape,
 * which is also what JSON has for it.
 */
export function printable(text: string): string {
  return text.replaceAll(acting, (found) => (isColour(found) ? found : escaped(found)));
}

function isColour(found: string): boolean {
  const parameters = sgr.exec(found)?.[1]?.split(';');
  if (parameters === undefined) return false;
  // `38;5;8` is a colour of a palette; a lone 8 conceals.
  return !parameters.includes('8') || parameters.some((each) => each === '38' || each === '48');
}

function escaped(text: string): string {
  return text.replace(/./su, (first) => `\\u${first.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
