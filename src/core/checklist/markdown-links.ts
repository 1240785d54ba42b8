/** Relative links of a Markdown document, as they are written, each once. What stands in code is no link. */
export function relativeLinks(markdown: string): readonly string[] {
  const text = withoutCode(markdown);
  const inline = [...text.matchAll(inlineLink)].map(targetIn);
  const referenced = [...text.matchAll(linkDefinition)].map(targetIn);
  return [...new Set([...inline, ...referenced])].filter(isRelative);
}

/**
 * The file of a repository that a link of another one names, relative to the root; null: it leads out of the
 * repository. A leading slash means the root, as Git hosts read it.
 */
export function linkedPath(file: string, link: string): string | null {
  const bare = link.replace(/[?#].*$/s, '');
  const base = bare.startsWith('/') ? [] : file.split('/').slice(0, -1);
  const path: string[] = [...base];
  for (const step of decoded(bare).split('/')) {
    if (step === '' || step === '.') continue;
    if (step !== '..') path.push(step);
    else if (path.pop() === undefined) return null;
  }
  return path.join('/');
}

/** `](target "title")`, the target in angle brackets or without spaces, with brackets of its own one deep. */
const inlineLink =
  /\]\(\s*(?:<([^<>\n]{1,1000})>|((?:[^\s()<>]|\([^\s()<>]{0,200}\)){1,1000}))(?:\s+["'(][^\n]{0,500}?["')])?\s*\)/g;
const linkDefinition = /^ {0,3}\[[^\]\n]{1,200}\]:[ \t]*(?:<([^<>\n]{1,1000})>|([^\s<>]{1,1000}))/gm;
const fence = /^ {0,3}(`{3,}|~{3,})/;

function targetIn([, bracketed, plain]: RegExpExecArray): string {
  return bracketed ?? plain ?? '';
}

/** Something else than a file of the repository: another place (`https:`, `//host`), or this document itself. */
function isRelative(target: string): boolean {
  return target !== '' && !/^(?:[a-z][a-z0-9+.-]*:|\/\/|#|\?)/i.test(target);
}

function withoutCode(markdown: string): string {
  let open: string | null = null;
  const lines = markdown.split('\n').map((line) => {
    const [, mark] = fence.exec(line) ?? [];
    if (open !== null) {
      if (mark !== undefined && mark.startsWith(open) && line.trim() === mark) open = null;
      return '';
    }
    if (mark === undefined) return line;
    open = mark;
    return '';
  });
  return lines.map(withoutSpans).join('\n');
}

/** Between two runs of as many backticks each is code. Read once from left to right, however many runs there are. */
function withoutSpans(line: string): string {
  const runs = [...line.matchAll(/`+/g)];
  const last = new Map(runs.map(([run], index) => [run.length, index]));
  let kept = '';
  let from = 0;
  for (let at = 0; at < runs.length; at += 1) {
    const open = runs[at];
    if (open === undefined || at >= (last.get(open[0].length) ?? 0)) continue;
    let close = at + 1;
    while (runs[close]?.[0].length !== open[0].length) close += 1;
    kept += line.slice(from, open.index);
    from = (runs[close]?.index ?? 0) + open[0].length;
    at = close;
  }
  return kept + line.slice(from);
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
