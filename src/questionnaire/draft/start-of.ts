import { packagesFolder } from '../findings/python-package.ts';
import { shellWord } from '../findings/shell-word.ts';
import type { Survey } from '../findings/survey.ts';
import type { Candidate } from './candidates.ts';
import { entryFolder } from './entry-folder.ts';
import { onProcess, type ProcessStart } from './on-process.ts';

export interface StartPlace {
  /** Its own folder in that of the component; null: the same. */
  readonly inside: string | null;
  readonly port: number | null;
  /** What goes before the command. */
  readonly assignments: readonly string[];
}

/** How a candidate is started here. */
export function startOf(candidate: Candidate, place: StartPlace, { listing }: Survey): ProcessStart {
  const { package: own, dockerfile, sources, folder } = candidate;
  const { run, remarks } = onProcess({
    command: commandOf(candidate, place.inside),
    language: own?.language ?? null,
    workdir: dockerfile?.workdir ?? null,
    port: place.port,
    portVariable: sources.portVariable?.value ?? null,
  });
  const inside = place.inside ?? entryFolder(listing, folder, run);
  const packages =
    inside === null ? packagesFolder : `${'../'.repeat(inside.split('/').length)}${packagesFolder}`;
  const isInstalled = own?.language === 'python' && own.build !== null;
  const told = withVariables(ofPackage(run, own?.programs ?? [], packages), [
    ...(isInstalled ? [`PYTHONPATH=${packages}`] : []),
    ...place.assignments,
  ]);
  return { run: inside === null ? told : `cd ${shellWord(inside)} && ${told}`, remarks };
}

/** In a workspace an image has folders of its own making, so what the package says counts. */
function commandOf({ package: own, dockerfile, start }: Candidate, inside: string | null): string {
  const said = start?.value ?? '';
  const isOfImage = start !== null && start === dockerfile?.start;
  const isElsewhere = (isOfImage && inside !== null) || isOfImageAlone(said, dockerfile?.workdir ?? null);
  return isElsewhere ? (own?.start?.value ?? said) : said;
}

/** A program at the top of an image, such as `/entrypoint.sh`, is not there. */
function isOfImageAlone(command: string, workdir: string | null): boolean {
  const isInSources = workdir !== null && command.startsWith(`${workdir}/`);
  return !isInSources && command.startsWith('/') && !/^\/(?:usr\/)?bin\//.test(command);
}

/** A command that the package brings is where it was installed, and not on PATH. */
function ofPackage(run: string, programs: readonly string[], packages: string): string {
  const [head = ''] = run.split(/\s/);
  return programs.includes(head) ? `${packages}/bin/${run}` : run;
}

/** Before a single command they are its own; before several each has to see them. */
function withVariables(run: string, assignments: readonly string[]): string {
  if (assignments.length === 0) return run;
  const together = assignments.join(' ');
  return /&&|\|\||[;|]/.test(run) ? `export ${together} && ${run}` : `${together} ${run}`;
}
