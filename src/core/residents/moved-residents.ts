import { residentUrl } from './resident.ts';
import type { Preparation } from '../places/target.ts';

/**
 * What was frozen, with the addresses that residents have now. Only a restore moves one: where another program has its
 * port, such as the home that the backup is of, whatever was told the former address would talk to that one.
 */
export function withPorts<T extends Preparation>(preparation: T, ports: ReadonlyMap<string, number>): T {
  const { urls, resident, components } = preparation;
  const own = components.length === 1 ? ports.get(components[0]?.name ?? '') : undefined;
  const isMoved = own !== undefined && resident !== undefined && resident.port !== null;
  return {
    ...preparation,
    ...(urls === undefined ? {} : { urls: movedUrls(urls, ports) }),
    ...(isMoved ? { resident: { ...resident, port: own } } : {}),
  };
}

function movedUrls(
  urls: Readonly<Record<string, string>>,
  ports: ReadonlyMap<string, number>,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(urls).map(([name, url]) => {
      const port = ports.get(name);
      return [name, port === undefined ? url : residentUrl(port)];
    }),
  );
}
