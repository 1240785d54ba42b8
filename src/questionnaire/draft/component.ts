import { pathFault } from '../../spec/relative-path.ts';
import { sdksOf } from '../findings/agent-sdks.ts';
import type { Found } from '../findings/finding.ts';
import { within } from '../findings/listing.ts';
import { shellWord } from '../findings/shell-word.ts';
import type { Survey } from '../findings/survey.ts';
import type { Candidate } from './candidates.ts';
import type { DraftComponent } from './draft.ts';
import { guessRole } from './role.ts';
import { startOf } from './start-of.ts';
import { configurationOf } from './variables-for.ts';

/** What is said to listen and nowhere on which port gets this one. */
const usualPort = 8080;

/** Not part of any program: what it says may change while the program stays what it is. */
const ownFiles = ['deployer.yaml', 'deployment/**'];

/** A candidate as a component by itself: `needs` are what it asks, and nobody is public yet. */
export function componentOf(
  candidate: Candidate,
  others: readonly Candidate[],
  found: Survey,
): DraftComponent {
  const listens = isListening(candidate);
  const configuration = configurationOf(candidate, others, found);
  const place = placeOf(candidate);
  const { run, remarks } = startOf(
    candidate,
    { ...configuration, inside: place.inside, port: portOf(candidate) },
    found,
  );
  const build = buildOf(candidate, found);
  return {
    name: candidate.name,
    ...guessRole(candidate, listens),
    path: place.path,
    build: build.command,
    run,
    dockerfile: dockerfileIn(candidate, place.path),
    port: listens ? (portOf(candidate) ?? usualPort) : null,
    isPublic: false,
    ...(listens ? healthOf(candidate) : { ready: null, live: null }),
    needs: configuration.asks,
    env: configuration.env,
    exclude: [...(place.path === '.' ? ownFiles : []), ...(candidate.package?.exclude ?? [])],
    remarks: [...build.remarks, ...remarks, ...configuration.remarks],
  };
}

function portOf({ service, dockerfile, sources }: Candidate): number | null {
  const ports = [service?.port, dockerfile?.port?.value, sources.port?.value];
  return ports.find((port) => typeof port === 'number' && port >= 1 && port <= 65_535) ?? null;
}

const servers =
  /\b(?:uvicorn|gunicorn|hypercorn|granian|fastapi run|flask|streamlit|chainlit|next start|serve|http-server)\b/;

function isListening(candidate: Candidate): boolean {
  const { package: own, sources, start } = candidate;
  const command = start?.value ?? '';
  if (portOf(candidate) !== null || sources.portVariable !== null || sources.ready !== null) return true;
  if (/\$\{?PORT\b/.test(command) || servers.test(command)) return true;
  // A worker depends on the framework of the server beside it, and a service of compose would name its port.
  if (candidate.service !== null || /worker|celery|queue|cron/.test(`${candidate.name} ${command}`))
    return false;
  return own !== null && sdksOf(own).some(({ use }) => use === 'web');
}

function healthOf({ service, dockerfile, sources }: Candidate): Pick<DraftComponent, 'ready' | 'live'> {
  const checked: Found<string> | null =
    service === null || service.health === null
      ? (dockerfile?.health ?? null)
      : { value: service.health, at: service.at, sure: 'certain' };
  // A route that says when it can work beats the one that somebody chose for a container.
  const ready = /ready/.test(sources.ready?.value ?? '') ? sources.ready : (checked ?? sources.ready);
  return { ready, live: sources.live?.value === ready?.value ? null : sources.live };
}

interface ComponentPlace {
  readonly path: string;
  /** Its own folder in there; null: the same. */
  readonly inside: string | null;
}

/** A member of a workspace runs with what is installed at the root, so all of that is its artifact. */
function placeOf({ folder, package: own }: Candidate): ComponentPlace {
  const home = own?.home ?? folder;
  if (home === folder || own === null || (own.dependencies.length === 0 && !builds(own.build)))
    return { path: folder, inside: null };
  return { path: home, inside: within(home, folder) };
}

function builds(build: Found<string> | null): boolean {
  return build !== null && / run build|yarn build/.test(build.value);
}

function buildOf(
  candidate: Candidate,
  found: Survey,
): { readonly command: string | null; readonly remarks: readonly string[] } {
  const { package: own, dockerfile } = candidate;
  if (own === null) {
    const remark =
      'What its Dockerfile installs and builds has to be put into `build`, as no image is made here.';
    return { command: null, remarks: dockerfile === null ? [] : [remark] };
  }
  const place = placeOf(candidate);
  if (place.inside === null) return { command: own.build?.value ?? null, remarks: [] };
  const root = found.packages.find(({ folder, language }) => folder === place.path && language === 'node');
  const install = own.build?.value.split(' && ')[0] ?? null;
  const atRoot = builds(root?.build ?? null) ? (root?.build?.value ?? null) : null;
  if (atRoot !== null || !builds(own.build)) return { command: atRoot ?? install, remarks: [] };
  const script = own.build?.value.split(' && ').slice(1).join(' && ') ?? '';
  return { command: `${install} && (cd ${shellWord(place.inside)} && ${script})`, remarks: [] };
}

function dockerfileIn({ dockerfile }: Candidate, path: string): string | null {
  const own = dockerfile === null ? null : within(path, dockerfile.path);
  return own === null || pathFault(own) !== null ? null : own;
}
