import type { Language } from '../findings/package.ts';

/** How something is started somewhere, and what is known about where it listens. */
export interface StartFacts {
  readonly command: string;
  readonly language: Language | null;
  /** Folder that the command runs in where it is written, such as `/app` of an image; null: that of the sources. */
  readonly workdir: string | null;
  /** Where it listens there; null: nothing says so. */
  readonly port: number | null;
  /** Variable that its sources take the port from; null: none is read. */
  readonly portVariable: string | null;
}

export interface ProcessStart {
  readonly run: string;
  readonly remarks: readonly string[];
}

/** Programs that Python packages bring, which are modules as well. */
const pythonPrograms =
  /^(?:uvicorn|gunicorn|hypercorn|granian|flask|fastapi|celery|streamlit|chainlit|arq|rq|dramatiq|langgraph|fastmcp|litestar|quart)$/;

/**
 * A command as it works on this machine, where each replica gets a port of its own in `PORT` and listens on `HOST`:
 * what is written there for a container has one port and all addresses.
 */
export function onProcess(facts: StartFacts): ProcessStart {
  const relative = withoutWorkdir(facts.command.trim(), facts.workdir);
  const python = facts.language === 'python' ? relative.split(' && ').map(inPython).join(' && ') : relative;
  const told = tellPort(python, facts.port);
  const { run, hears } = askedToListen(told);
  return named({ run, hears }, facts);
}

function withoutWorkdir(command: string, workdir: string | null): string {
  const folder = workdir === null ? null : workdir.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
  return folder === null || folder === ''
    ? command
    : command.replaceAll(new RegExp(`(^|[\\s=])${folder}/`, 'g'), '$1./');
}

/** Dependencies are beside the sources, and not on PATH; managers that would look for an environment are not needed. */
function inPython(command: string): string {
  const bare = command.replace(
    /^(?:exec\s+)?(?:(?:poetry|pipenv|pdm|hatch) run|uv run(?:\s+--[\w-]+)*)\s+/,
    '',
  );
  const [head = '', ...rest] = bare.split(/\s+/);
  if (/^(?:\S*\/)?python(?:3(?:\.\d+)?)?$/.test(head)) return ['python3', ...rest].join(' ');
  return pythonPrograms.test(head) ? ['python3 -m', head, ...rest].join(' ') : bare;
}

const anyHost = String.raw`(?:0\.0\.0\.0|127\.0\.0\.1|localhost|\[::\]|::)`;
const shellPort = String.raw`(?:\d{2,5}|\$\{?PORT(?::-\d+)?\}?)`;

function tellPort(command: string, port: number | null): string {
  const number = port === null ? shellPort : String.raw`(?:${port}|\$\{?PORT(?::-\d+)?\}?)`;
  return command
    .replaceAll(
      new RegExp(String.raw`(?<=[\s=])["']?${anyHost}?:${number}["']?(?=\s|$)`, 'g'),
      '"$HOST:$PORT"',
    )
    .replaceAll(
      new RegExp(
        String.raw`(--(?:host|hostname|bind-host|address|server\.address)[= ])["']?${anyHost}["']?(?=\s|$)`,
        'g',
      ),
      '$1"$HOST"',
    )
    .replaceAll(
      new RegExp(String.raw`(?<=\s)((?:--(?:port|server\.port)|-p)[= ])["']?${number}["']?(?=\s|$)`, 'g'),
      '$1"$PORT"',
    );
}

/** What has flags for it and no habit of looking at `PORT`. */
const askers: readonly (readonly [program: RegExp, flags: string])[] = [
  [/\bpython3 -m (?:uvicorn|flask|fastapi|hypercorn|chainlit)\b/, '--host "$HOST" --port "$PORT"'],
  [/\bpython3 -m streamlit\b/, '--server.address "$HOST" --server.port "$PORT"'],
  [/\bpython3 -m gunicorn\b/, '--bind "$HOST:$PORT"'],
];

function askedToListen(command: string): { readonly run: string; readonly hears: boolean } {
  if (/\$\{?PORT\b/.test(command)) return { run: command, hears: true };
  const flags = askers.find(([program]) => program.test(command))?.[1];
  return flags === undefined ? { run: command, hears: false } : { run: `${command} ${flags}`, hears: true };
}

/** Of a command that does not say where to listen, sources may: by a variable, or by a number that has to change. */
function named({ run, hears }: { run: string; hears: boolean }, facts: StartFacts): ProcessStart {
  if (hears || facts.portVariable === 'PORT') return { run, remarks: [] };
  if (facts.portVariable !== null) return { run: `${facts.portVariable}="$PORT" ${run}`, remarks: [] };
  if (facts.port === null) return { run, remarks: [] };
  return {
    run,
    remarks: [
      `It seems to listen on ${facts.port} whatever happens; here it has to listen on the port in PORT.`,
    ],
  };
}
