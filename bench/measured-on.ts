import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus, release, totalmem } from 'node:os';
import { join } from 'node:path';

import { programPath } from './peers/peer.ts';

/** How each program tells its version. kamal-proxy does not; what built it does. */
const programs = [
  ['HAProxy', 'haproxy', ['-v']],
  ['nginx', 'nginx', ['-v']],
  ['Caddy', 'caddy', ['version']],
  ['wrk', 'wrk', ['-v']],
] as const;

const packages = ['@dbos-inc/dbos-sdk', 'undici', 'fastify'] as const;

/** The machine, and the version of everything that is measured or measures, in a line each. */
export function measuredOn(): string {
  const [core] = cpus();
  const gibibytes = Math.round(totalmem() / 2 ** 30);
  const machine = `${cpus().length} cores of ${core?.model ?? 'a processor that has no name'}, ${gibibytes} GiB, Linux ${release()}`;
  const own = [`Node ${process.versions.node}`, ...packages.map((name) => `${name} ${packageVersion(name)}`)];
  const peers = programs.flatMap(([name, program, args]) => programVersion(name, program, args));
  const kamal = programPath('kamal-proxy');
  return [
    machine,
    own.join(', '),
    [...peers, ...(kamal === null ? [] : [`kamal-proxy ${builtFrom(kamal)}`])].join(', '),
  ].join('\n');
}

function packageVersion(name: string): string {
  const file = join(import.meta.dirname, '../node_modules', name, 'package.json');
  return (JSON.parse(readFileSync(file, 'utf8')) as { readonly version: string }).version;
}

function programVersion(name: string, program: string, args: readonly string[]): readonly string[] {
  const path = programPath(program);
  if (path === null) return [];
  const { stdout, stderr } = spawnSync(path, args, { encoding: 'utf8', timeout: 10_000 });
  return [`${name} ${/\d+\.\d+\.\d+/.exec(stdout + stderr)?.[0] ?? 'of an unknown version'}`];
}

/** The version of the Go module that a program was built from, as the Go toolchain reads it. */
function builtFrom(path: string): string {
  const { stdout } = spawnSync('go', ['version', '-m', path], { encoding: 'utf8', timeout: 10_000 });
  return /^\s+(?:mod|dep)\s+\S*kamal-proxy\s+(\S+)/m.exec(stdout ?? '')?.[1] ?? 'of an unknown version';
}
