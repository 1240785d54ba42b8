const longestName = 40;

/** A text as the name of a component or an integration; null when nothing of it can be one. */
export function nameFrom(text: string): string | null {
  const name = text
    .replace(/^@[^/]+\//, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replace(/^[^a-z]+/, '')
    .slice(0, longestName)
    .replace(/-+$/, '');
  return name === '' ? null : name;
}

/** The same names, each once: of those that are the same, the later ones are numbered. */
export function distinct(names: readonly string[]): readonly string[] {
  const taken = new Set<string>();
  return names.map((name) => {
    let own = name;
    for (let number = 2; taken.has(own); number++) {
      const end = `-${number}`;
      own = name.slice(0, longestName - end.length) + end;
    }
    taken.add(own);
    return own;
  });
}
