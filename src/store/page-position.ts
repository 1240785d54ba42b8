import { DeployerError } from '../errors.ts';

/** The row after which a page begins. Two may be of one instant, so it names both time and id. */
export interface PagePosition {
  readonly at: Date;
  readonly id: string;
}

export function positionText({ at, id }: PagePosition): string {
  return `${at.toISOString()},${id}`;
}

/** @param listed what the pages are of, as in `a page of releases`. Throws `usage` */
export function positionIn(after: string, listed: string): PagePosition {
  const [time = '', id = ''] = after.split(',');
  const at = new Date(time);
  if (Number.isNaN(at.getTime())) throw noPosition(after, listed);
  return { at, id };
}

/** `after` is what a person typed, and no page gave it as its `next`. */
export function noPosition(after: string, listed: string): DeployerError {
  return new DeployerError('usage', {
    message: `"${after}" is not where a page of ${listed} begins.`,
    hint: 'Pass on the `next` of the page before, or leave it out.',
    path: 'after',
  });
}
