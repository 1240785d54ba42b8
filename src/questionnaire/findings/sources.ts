import type { Found, Place } from './finding.ts';
import { isAside, lineAt, type Listing, within } from './listing.ts';

/** What the sources of one folder say about how the program in it is reached and what it is told. */
export interface SourceFacts {
  /** Variable that it takes its port from. */
  readonly portVariable: Found<string> | null;
  /** Port that stands in the sources. */
  readonly port: Found<number> | null;
  readonly ready: Found<string> | null;
  readonly live: Found<string> | null;
  /** Environment variables that it reads, with the first place of each. */
  readonly variables: ReadonlyMap<string, Place>;
  /** Models that it names, each once. */
  readonly models: readonly Found<string>[];
  /** Names of tools that it offers to a model, each once. */
  readonly tools: readonly Found<string>[];
}

const source = /\.(?:[cm]?[jt]sx?|py|go|rs|java|kt|properties|ya?ml)$/;
const readOfOneFolder = { files: 400, bytes: 8 * 1024 * 1024 };

/** `others`: folders inside this one whose sources are somebody else's. */
export function sourcesOf(listing: Listing, folder: string, others: readonly string[]): SourceFacts {
  const texts = sourceTexts(listing, folder, others);
  const ports = found(texts, portVariables);
  return {
    portVariable: ports.find(({ value }) => value === 'PORT') ?? ports[0] ?? null,
    port: numberIn(found(texts, literalPorts)),
    ...health(found(texts, [route], isAskedThere)),
    variables: firstPlaces(found(texts, variableReads)),
    models: once(found(texts, [model])),
    tools: once(found(texts, toolsInCode)),
  };
}

interface SourceText {
  readonly path: string;
  readonly text: string;
}

function sourceTexts(listing: Listing, folder: string, others: readonly string[]): readonly SourceText[] {
  const texts: SourceText[] = [];
  let bytes = 0;
  for (const { path, size } of listing.files) {
    const inside = within(folder, path);
    if (inside === null || !isSource(inside) || others.some((other) => within(other, path) !== null))
      continue;
    if (texts.length >= readOfOneFolder.files || bytes + size > readOfOneFolder.bytes) break;
    const text = listing.read(path);
    if (text === null) continue;
    bytes += size;
    texts.push({ path, text });
  }
  return texts;
}

/** Of settings only those of Spring say anything: others are for other programs. */
function isSource(path: string): boolean {
  if (!source.test(path) || isAside(path) || /(?:\.test|\.spec|\.config)\.\w+$|_test\.\w+$/.test(path))
    return false;
  return !/\.(?:properties|ya?ml)$/.test(path) || /(?:^|\/)application(?:-\w+)?\.\w+$/.test(path);
}

const portName = String.raw`(?:[A-Z][A-Z0-9]*_)?PORT`;
const portVariables = [
  new RegExp(String.raw`process\.env\.(${portName})\b`, 'g'),
  new RegExp(String.raw`process\.env\[['"](${portName})['"]\]`, 'g'),
  new RegExp(String.raw`\{[^{}\n]*\b(${portName})\b[^{}\n]*\}\s*=\s*process\.env`, 'g'),
  new RegExp(
    String.raw`(?:environ(?:\.get)?[([]|[gG]etenv\(|LookupEnv\(|env::var\()\s*["'](${portName})["']`,
    'g',
  ),
  new RegExp(String.raw`\$\{(${portName})(?::[^}]*)?\}`, 'g'),
  new RegExp(String.raw`\benv\.(${portName})\b`, 'g'),
];

const literalPorts = [
  /\.listen\(\s*(?:\{\s*port:\s*)?(\d{2,5})\b/g,
  /\bPORT\b['")\]]*\s*(?:\|\||\?\?|,)\s*["']?(\d{2,5})\b/g,
  /\b(?:app|uvicorn|mcp|server)\.run\([^)\n]*\bport\s*=\s*(?:int\()?(\d{2,5})\b/g,
  /\bHTTPServer\(\s*\(\s*["'][^"']*["']\s*,\s*(\d{2,5})\b/g,
  /\b(?:ListenAndServe|bind|Run|Start|Listen)\(\s*"[^":]*:(\d{2,5})"/g,
  /^server\.port\s*=\s*(\d{2,5})\s*$/gm,
];

/** A route whose name says that it is asked about health, in quotes as whoever answers it writes it. */
const route =
  /["'`](?:(?:GET|HEAD) )?(\/(?:api\/|v\d+\/|actuator\/|_)?(?:healthz?|readyz?|livez?|liveness|readiness|ping|up)(?:\/(?:live|ready|liveness|readiness|startup))?)["'`]/g;
const variableReads = [
  /process\.env\.([A-Z][A-Z0-9_]*)\b/g,
  /process\.env\[['"]([A-Z][A-Z0-9_]*)['"]\]/g,
  /(?:environ(?:\.get)?[([]|[gG]etenv\(|LookupEnv\(|env::var\()\s*["']([A-Z][A-Z0-9_]*)["']/g,
  /\$\{([A-Z][A-Z0-9_]*)(?::[^}]*)?\}/g,
];
const model =
  /["'`]((?:gpt-[345][\w.-]*|o[134](?:-mini)?|chatgpt-[\w.-]+|claude-[\w.-]*\d[\w.-]*|gemini-\d[\w.-]*|mistral-[\w.-]+|deepseek-[\w.-]+))["'`]/g;

/** The forms of the MCP SDKs, and of decorators in Python: the name as text, or that of the function below. */
const toolsInCode = [
  /\b(?:server|mcp)\.tool\(\s*["'`]([\w.-]{1,64})["'`]/g,
  /\bregisterTool\(\s*["'`]([\w.-]{1,64})["'`]/g,
  /@(?:\w+\.)?(?:function_)?tool\b(?:\([^)\n]*\))?\s*\n\s*(?:async\s+)?def\s+(\w{1,64})/g,
];

type Leaving = (line: string) => boolean;

function found(
  texts: readonly SourceText[],
  patterns: readonly RegExp[],
  leavesOut: Leaving = isRemark,
): readonly Found<string>[] {
  return texts.flatMap(({ path, text }) =>
    patterns.flatMap((pattern) =>
      [...text.matchAll(pattern)]
        .filter((match) => match[1] !== undefined && !leavesOut(lineBefore(text, match.index)))
        .map((match): Found<string> => ({
          value: match[1] ?? '',
          at: { path, line: lineAt(text, match.index + match[0].indexOf(match[1] ?? '')) },
          sure: 'likely',
        })),
    ),
  );
}

function lineBefore(text: string, at: number): string {
  return text.slice(text.lastIndexOf('\n', at - 1) + 1, at);
}

function isRemark(line: string): boolean {
  return /^\s*(?:\/\/|#|\*)/.test(line);
}

/** It is not answered on this line, but asked of somebody else. */
function isAskedThere(line: string): boolean {
  return isRemark(line) || /\b(?:fetch|axios|requests|httpx|got|curl|client|session)\b/.test(line);
}

function numberIn(ports: readonly Found<string>[]): Found<number> | null {
  const [first] = ports.filter(({ value }) => Number(value) >= 1 && Number(value) <= 65_535);
  return first === undefined ? null : { ...first, value: Number(first.value) };
}

const readyNames = [/read(?:yz?|iness)$/, /healthz$/, /health$/, /(?:up|ping|live\w*)$/];

/** A replica whose `live` fails is restarted, so only a route of its own is that, never the one that says `ready`. */
function health(routes: readonly Found<string>[]): Pick<SourceFacts, 'ready' | 'live'> {
  const named = (pattern: RegExp): Found<string> | undefined =>
    routes.find(({ value }) => pattern.test(value));
  const ready = readyNames.map(named).find((each) => each !== undefined) ?? null;
  const live = [/live(?:z|ness)?$/, /healthz$/].map(named).find((each) => each !== undefined) ?? null;
  return { ready, live: live?.value === ready?.value ? null : live };
}

function firstPlaces(reads: readonly Found<string>[]): ReadonlyMap<string, Place> {
  const places = new Map<string, Place>();
  for (const { value, at } of reads) if (!places.has(value)) places.set(value, at);
  return places;
}

function once(all: readonly Found<string>[]): readonly Found<string>[] {
  return [...new Map(all.toReversed().map((each) => [each.value, each])).values()].reverse();
}
