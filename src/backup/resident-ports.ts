import { join } from 'node:path';
import { z } from 'zod';

import { portRanges } from '../core/places/port-ranges.ts';
import { residentId } from '../core/residents/resident.ts';
import { DeployerError } from '../errors.ts';
import { readJsonFile } from '../lib/atomic-file.ts';
import { freePortIn, isPortFree } from '../lib/free-port.ts';
import type { Home } from '../lib/home.ts';
import type { Queries } from '../store/database.ts';
import { environmentsOfHost } from '../store/environments.ts';
import { moveResidents } from '../store/moved-residents.ts';
import { residentPorts, residentsIn } from '../store/residents.ts';

/** Of the inputs that a place has. */
const Placed = z.object({ resident: z.object({ port: z.int().positive().nullable() }) });

/**
 * Gives the residents of a host that was restored here ports that are their own. One keeps what the backup says unless
 * somebody else listens there; where this home has it already, it stays where it is.
 */
export async function settleResidentPorts(
  db: Queries,
  { home, host }: { readonly home: Home; readonly host: string },
): Promise<readonly string[]> {
  const environments = await environmentsOfHost(db, host);
  const taken = new Set(await residentPorts(db));
  const moved: string[] = [];
  for (const { integration, name: environment } of environments) {
    const ports = new Map<string, number>();
    for (const { component, port } of await residentsIn(db, { integration, environment })) {
      if (port === null) continue;
      const id = residentId(environment, component);
      const placed = await placedPort(join(home.deployments(integration, environment), id));
      const own = placed ?? ((await isPortFree(port)) ? port : await newPort(taken));
      taken.add(own);
      if (own === port) continue;
      ports.set(component, own);
      moved.push(`${integration}/${id}`);
    }
    if (ports.size > 0) await moveResidents(db, { integration, environment }, ports);
  }
  return moved;
}

async function placedPort(folder: string): Promise<number | null> {
  return (await readJsonFile(join(folder, 'preparation.json'), Placed))?.resident.port ?? null;
}

async function newPort(taken: ReadonlySet<number>): Promise<number> {
  const { lowest, beyond } = portRanges.resident;
  const port = await freePortIn({ lowest, beyond, except: taken });
  if (port !== null) return port;
  throw new DeployerError('resident_port_in_use', {
    message: `No free port between ${lowest} and ${beyond} for what exists once per environment.`,
    hint: 'End what listens on so many of them: ss -ltnp',
  });
}
