import type { Listing } from '../../../src/questionnaire/findings/listing.ts';
import type { Files } from '../../scratch-repository.ts';

/** Files as a look at a folder would list them. */
export function listingOf(files: Files): Listing {
  const paths = Object.keys(files).sort();
  return {
    files: paths.map((path) => ({ path, size: Buffer.byteLength(files[path] ?? '') })),
    has: (path) => Object.hasOwn(files, path),
    read: (path) => files[path] ?? null,
  };
}
