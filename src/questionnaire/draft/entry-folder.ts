import { inFolder, type Listing, nameOf, within } from '../findings/listing.ts';

/**
 * The folder, below that of a component, in which a command finds the file that it names: an image is laid out in its
 * own way. Null: it is the component's own folder, or nobody can tell.
 */
export function entryFolder(listing: Listing, folder: string, command: string): string | null {
  const entry = entryOf(command);
  if (entry === null || listing.has(inFolder(folder, entry))) return null;
  const holders = listing.files.flatMap(({ path }) => {
    const inside = within(folder, path);
    return inside?.endsWith(`/${entry}`) === true ? [inside.slice(0, -entry.length - 1)] : [];
  });
  const [holder] = holders;
  return holders.length === 1 && holder !== undefined && nameOf(holder) !== 'tests' ? holder : null;
}

/** `run_service.py`; of `uvicorn app.main:app` the file of that module. What a build makes is in no folder yet. */
function entryOf(command: string): string | null {
  const script = /(?:^|\s)(?:\.\/)?([\w-][\w./-]*\.(?:py|[cm]?js|ts))(?=\s|$)/.exec(command)?.[1];
  if (script !== undefined) return script;
  const module = /(?:^|\s)([A-Za-z_]\w*(?:\.\w+)*):\w+(?=\s|$)/.exec(command)?.[1];
  return module === undefined ? null : `${module.replaceAll('.', '/')}.py`;
}
