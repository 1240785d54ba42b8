/** The symbolic links of a bundle: by path, what each one says. */
export type Links = ReadonlyMap<string, string>;

/** As many links as Linux follows for one path before it gives up (path_resolution(7)). */
const mostFollowed = 40;

/**
 * Whether following a link leaves the bundle, wherever the bundle stands: an absolute target does, and so do more
 * `..` than there are folders above. Links on the way are followed as the system would; what is not there counts as a
 * folder, because somebody may create it later. A circle leads nowhere, so not outside.
 */
export function leadsOutside(links: Links, path: string): boolean {
  const position = path.split('/').slice(0, -1);
  const ahead = (links.get(path) ?? '').split('/').reverse();
  if (links.get(path)?.startsWith('/')) return true;
  for (let followed = 1; followed <= mostFollowed;) {
    const segment = ahead.pop();
    if (segment === undefined) return false;
    if (segment === '' || segment === '.') continue;
    if (segment === '..') {
      if (position.pop() === undefined) return true;
      continue;
    }
    position.push(segment);
    const target = links.get(position.join('/'));
    if (target === undefined) continue;
    if (target.startsWith('/')) return true;
    position.pop();
    ahead.push(...target.split('/').reverse());
    followed++;
  }
  return false;
}
