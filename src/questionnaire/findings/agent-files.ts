import type { Found } from './finding.ts';
import { folderOf, isAside, type ListedFile, type Listing, nameOf } from './listing.ts';

/** What belongs to the identity of an agent: prompts and definitions of tools, as globs that are enough for them. */
export interface AgentFiles {
  readonly prompts: readonly Found<string>[];
  readonly tools: readonly Found<string>[];
}

/** Larger ones are data and no prompt. */
const largestPrompt = 256 * 1024;
const promptName =
  /\.prompt(?:\.(?:md|txt|ya?ml))?$|(?:^|[-_.])(?:system[-_]?prompt|prompt)\.(?:md|txt|j2|jinja2?)$/i;
const promptFolder =
  /(?:^|\/)(?:system-)?prompts\/(?:[^/]+\/)*[^/]+\.(?:md|txt|ya?ml|json|j2|jinja2?|hbs|mustache|prompt)$/i;
const toolFolder = /(?:^|\/)(?:tools?|functions|tool[-_]?definitions|definitions)\/[^/]+\.json$/i;

export function agentFiles(listing: Listing): AgentFiles {
  const files = listing.files.filter(({ path, size }) => size <= largestPrompt && !isAside(path));
  return {
    prompts: globsOf(files.filter(({ path }) => promptFolder.test(path) || promptName.test(nameOf(path)))),
    tools: globsOf(
      files.filter(
        ({ path }) =>
          (toolFolder.test(path) || nameOf(path) === 'tools.json') && definesTool(listing.read(path) ?? ''),
      ),
    ),
  };
}

/** One glob for each folder and ending, so that the next prompt beside them is part of it, too. */
function globsOf(files: readonly ListedFile[]): readonly Found<string>[] {
  const groups = Map.groupBy(files, ({ path }) => {
    const [, ending = ''] = /((?:\.prompt)?\.[^./]+)$/.exec(path) ?? [];
    const folder = folderOf(path);
    // What stands beside a single list of tools is something else: manifests, settings.
    if (nameOf(path) === 'tools.json' && !toolFolder.test(path)) return path;
    return `${folder === '.' ? '' : `${folder}/`}*${ending}`;
  });
  return [...groups].map(([glob, [first]]) => ({
    value: glob,
    at: { path: first?.path ?? glob, line: null },
    sure: 'likely',
  }));
}

/** The forms of OpenAI, Anthropic and MCP: a name with a schema of what it takes. A list of them is one file, too. */
function definesTool(text: string): boolean {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return false;
  }
  const items = Array.isArray(value) ? value : [value];
  return items.length > 0 && items.every(isTool);
}

function isTool(value: unknown): boolean {
  if (!isRecord(value)) return false;
  const tool = isRecord(value['function']) ? value['function'] : value;
  const schema = tool['parameters'] ?? tool['input_schema'] ?? tool['inputSchema'];
  return typeof tool['name'] === 'string' && isRecord(schema);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
