import type { Found } from './finding.ts';
import { healthPathIn } from './health-path-in.ts';
import { folderOf, type Listing, nameOf } from './listing.ts';
import { isCommand, shellWord } from './shell-word.ts';

/** What the last stage of a Dockerfile says about the program in it. */
export interface Dockerfile {
  readonly path: string;
  readonly folder: string;
  readonly base: Found<string>;
  /** As in the container. */
  readonly start: Found<string> | null;
  /** Folder in the container that `start` runs in; null: none is set. */
  readonly workdir: string | null;
  readonly port: Found<number> | null;
  /** Path of a request. */
  readonly health: Found<string> | null;
}

export function isDockerfile(path: string): boolean {
  return /^(?:Dockerfile(?:\.[\w-]+)?|[\w-]+\.Dockerfile|Containerfile)$/.test(nameOf(path));
}

interface Instruction {
  readonly name: string;
  readonly value: string;
  readonly line: number;
}

/** Null: it has no stage. */
export function readDockerfile(listing: Listing, path: string): Dockerfile | null {
  const stages = stagesOf(instructionsIn(listing.read(path) ?? ''));
  const stage = stages.at(-1);
  const from = stage?.[0];
  if (stage === undefined || from === undefined) return null;
  const last = (name: string): Instruction | null =>
    stage.findLast((instruction) => instruction.name === name) ?? null;
  const found = <T>(value: T, { line }: Instruction): Found<T> => ({
    value,
    at: { path, line },
    sure: 'certain',
  });

  const [entry, command] = [last('ENTRYPOINT'), last('CMD')];
  const said = entry ?? command;
  const exposed = last('EXPOSE');
  const port = /^\d+/.exec(exposed?.value ?? '')?.[0];
  const check = last('HEALTHCHECK');
  const health = healthPathIn(check?.value ?? '');
  const workdir = last('WORKDIR')?.value ?? null;
  const words = [entry, command].flatMap((each) => (each === null ? [] : [commandOf(each.value)]));
  return {
    path,
    folder: folderOf(path),
    base: found(from.value.replace(/^(?:--\S+\s+)*/, '').split(/\s/)[0] ?? '', from),
    start: said === null || !isCommand(words.join(' ')) ? null : found(words.join(' '), said),
    workdir: workdir?.startsWith('/') === true ? workdir.replace(/\/$/, '') : null,
    port: exposed === null || port === undefined ? null : found(Number(port), exposed),
    health: check === null || health === null ? null : found(health, check),
  };
}

/** Comments and continued lines as Docker reads them; a here-document is no instruction. */
function instructionsIn(text: string): readonly Instruction[] {
  const found: Instruction[] = [];
  let open: { value: string; line: number } | null = null;
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (/^\s*#/.test(line)) continue;
    const whole: string = (open === null ? '' : `${open.value} `) + line.trim();
    const began: number = open?.line ?? index + 1;
    if (whole.endsWith('\\')) {
      open = { value: whole.slice(0, -1).trimEnd(), line: began };
      continue;
    }
    open = null;
    const [, name, value] = /^([A-Za-z]+)\s+(.*)$/.exec(whole) ?? [];
    if (name !== undefined && value !== undefined)
      found.push({ name: name.toUpperCase(), value, line: began });
  }
  return found;
}

/** A stage that begins with another one has what that one says, too. */
function stagesOf(instructions: readonly Instruction[]): readonly (readonly Instruction[])[] {
  const stages: { name: string | null; lines: Instruction[] }[] = [];
  for (const instruction of instructions) {
    if (instruction.name !== 'FROM') {
      stages.at(-1)?.lines.push(instruction);
      continue;
    }
    const [, base = '', name = null] = /^(?:--\S+\s+)*(\S+)(?:\s+as\s+(\S+))?/i.exec(instruction.value) ?? [];
    const former = stages.find((stage) => stage.name !== null && stage.name === base);
    stages.push({ name, lines: former === undefined ? [instruction] : [...former.lines] });
  }
  return stages.map(({ lines }) => lines);
}

/** The form in brackets is a list of words, the other one a line for a shell. */
function commandOf(value: string): string {
  if (!value.startsWith('[')) return value;
  try {
    const words: unknown = JSON.parse(value);
    if (!Array.isArray(words) || !words.every((word) => typeof word === 'string')) return value;
    // `sh -c "…"` only says that what follows is for a shell, and that is what everything here is for.
    if (/(?:^|\/)(?:ba|da|)sh$/.test(words[0] ?? '') && words[1] === '-c' && words.length === 3)
      return words[2] ?? '';
    return words.map(shellWord).join(' ');
  } catch {
    return value;
  }
}
