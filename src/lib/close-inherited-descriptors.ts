// Preloaded into detached programs (see `detached-process.ts`). Node marks inherited descriptors close-on-exec only up
// to the first gap above 15, so one that a shell opened at, say, 63 travels through every Node program to its children,
// and whoever reads the other end of it waits for a background program that never ends.
import { closeSync, readdirSync, readFileSync } from 'node:fs';

import { isNodeError } from './node-error.ts';

/**
 * O_CLOEXEC in the flags of /proc/<pid>/fdinfo, proc(5): set on all that Node opened itself, never on inherited ones.
 */
const closeOnExec = 0o2000000;

if (process.platform === 'linux') {
  for (const name of readdirSync('/proc/self/fd')) {
    const descriptor = Number(name);
    if (descriptor > 2 && isInherited(descriptor)) closeSync(descriptor);
  }
}

function isInherited(descriptor: number): boolean {
  try {
    const flags = /^flags:\s*(\d+)$/m.exec(readFileSync(`/proc/self/fdinfo/${descriptor}`, 'utf8'))?.[1];
    return flags !== undefined && (Number.parseInt(flags, 8) & closeOnExec) === 0;
  } catch (error) {
    // The descriptor with which the folder itself was read is closed by now.
    if (isNodeError(error) && error.code === 'ENOENT') return false;
    throw error;
  }
}
