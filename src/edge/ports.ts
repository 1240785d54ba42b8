import { portRanges, type LastingPortUse } from '../core/places/port-ranges.ts';
import { DeployerError } from '../errors.ts';
import { freePortIn } from '../lib/free-port.ts';

/** A port for an edge, a preview or a resident to keep: nobody listens on it now. */
export async function lastingFreePort(
  use: LastingPortUse = 'edge',
  except: ReadonlySet<number> = new Set(),
): Promise<number> {
  const range = portRanges[use];
  const port = await freePortIn({ ...range, except });
  if (port !== null) return port;
  throw new DeployerError('edge_failed', {
    message: `No free port between ${range.lowest} and ${range.beyond}.`,
    ...(use === 'resident'
      ? { hint: 'End what listens on so many of them: ss -ltnp' }
      : { hint: 'Give `edge: { port }` in deployer.yaml.', path: 'edge.port' }),
  });
}
