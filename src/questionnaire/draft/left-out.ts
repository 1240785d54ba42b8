import { pathFault } from '../../spec/relative-path.ts';
import { sdksOf } from '../findings/agent-sdks.ts';
import { type Place, placeText } from '../findings/finding.ts';
import type { Package } from '../findings/package.ts';
import type { Survey } from '../findings/survey.ts';
import type { Candidate } from './candidates.ts';

/** What was found and is no component, a sentence each: nothing is dropped without a word. */
export function leftOut(found: Survey, candidates: readonly Candidate[]): readonly string[] {
  const foreign = found.services.filter(({ build }) => build === null);
  const outside = found.services.filter(({ build }) => build !== null && pathFault(build.folder) !== null);
  return [
    ...foreign.map(
      ({ name, image, at }) =>
        `\`${name}\` (${image ?? 'no image'}, ${placeText(at)}) is an image without sources: the target \`process\` does not run it, so it has to be there already.`,
    ),
    ...outside.map(
      ({ name, at }) => `\`${name}\` (${placeText(at)}) is built from a folder outside of this one.`,
    ),
    ...found.packages
      .filter((own) => isProgram(own) && !candidates.some((each) => each.package === own))
      .map(
        (own) =>
          `${called(own)} is no component: nothing says how it is started. A Procfile can, or a Dockerfile.`,
      ),
    ...found.infrastructure.map(
      ({ name, paths }) =>
        `${name} (${paths[0]}): the target \`process\` has no use for it, and it stays as it is.`,
    ),
  ];
}

/** It is for somebody: an agent, tools or a server by what it depends on, or a front end that is only developed. */
function isProgram(own: Package): boolean {
  if (own.isWorkspace) return false;
  return own.isDeveloped || sdksOf(own).some(({ use }) => use !== 'model');
}

function called({ name, manifest }: Package): string {
  const place: Place = manifest;
  return name === null ? placeText(place) : `\`${name}\` (${placeText(place)})`;
}
