/** A line of a TOML file that gives a key a value, and the table that it is in. */
export interface TomlLine {
  /** Dotted; empty above the first table. */
  readonly table: string;
  readonly key: string;
  /** As it is written; a list over several lines in one. */
  readonly value: string;
  readonly line: number;
}

/** What a manifest in TOML says, as far as manifests go: tables, and keys with values on the same line or in a list. */
export function tomlLines(text: string): readonly TomlLine[] {
  const lines = text.split(/\r?\n/);
  const found: TomlLine[] = [];
  let table = '';
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? '';
    const head = /^\s*\[+([^\]]+)\]+\s*(?:#.*)?$/.exec(line);
    if (head !== null) table = (head[1] ?? '').trim().replaceAll('"', '');
    const [, key, first] = /^\s*("[^"]+"|[\w.-]+)\s*=\s*(.*)$/.exec(line) ?? [];
    if (key === undefined || first === undefined) continue;
    let value = first;
    const began = at;
    while (value.startsWith('[') && !closes(value) && at + 1 < lines.length) value += `\n${lines[(at += 1)]}`;
    found.push({ table, key: key.replaceAll('"', ''), value: value.trim(), line: began + 1 });
  }
  return found;
}

/** The texts in a value: of a list, each item; of a text, itself. */
export function tomlTexts(value: string): readonly { readonly text: string; readonly lineAfter: number }[] {
  return [...value.matchAll(/"((?:[^"\\]|\\.)*)"|'([^']*)'/g)].map((match) => ({
    text: match[1] ?? match[2] ?? '',
    lineAfter: value.slice(0, match.index).split('\n').length - 1,
  }));
}

function closes(value: string): boolean {
  const bare = value.replaceAll(/"(?:[^"\\]|\\.)*"|'[^']*'|#.*/g, '');
  return bare.split('[').length <= bare.split(']').length;
}
