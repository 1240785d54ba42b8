import { z } from 'zod';

import type { Place } from './finding.ts';
import { healthPathIn } from './health-path-in.ts';
import { folderOf, inFolder, type Listing, nameOf } from './listing.ts';
import { isCommand, shellWord } from './shell-word.ts';
import { readYamlFile, type YamlFile } from './yaml-file.ts';

/** A service of a compose file. */
export interface ComposeService {
  readonly name: string;
  readonly at: Place;
  /** Folder that its image is built from, and its Dockerfile; null: the image is somebody else's. */
  readonly build: { readonly folder: string; readonly dockerfile: string } | null;
  readonly image: string | null;
  /** As in the container; null: what its image says. */
  readonly command: string | null;
  /** The port inside the container; null: none is named. */
  readonly port: number | null;
  /** Whether the port is open to the machine. */
  readonly isPublished: boolean;
  readonly needs: readonly string[];
  readonly health: string | null;
  readonly env: readonly ComposeVariable[];
}

export interface ComposeVariable {
  readonly name: string;
  /** As it is written; null: it comes from whoever starts it. */
  readonly value: string | null;
  readonly at: Place;
}

const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const words = z
  .union([z.string(), z.array(scalar)])
  .nullish()
  .catch(null);
const composeService = z.object({
  build: z
    .union([z.string(), z.object({ context: z.string().default('.'), dockerfile: z.string().optional() })])
    .nullish()
    .catch(null),
  image: z.string().nullish().catch(null),
  command: words,
  entrypoint: words,
  ports: z.array(z.unknown()).nullish().catch(null),
  expose: z.array(scalar).nullish().catch(null),
  depends_on: z
    .union([z.array(z.string()), z.record(z.string(), z.unknown())])
    .nullish()
    .catch(null),
  healthcheck: z.object({ test: words }).nullish().catch(null),
  environment: z
    .union([z.array(z.string()), z.record(z.string(), scalar)])
    .nullish()
    .catch(null),
});
type RawService = z.infer<typeof composeService>;

const composeFile = z.object({ services: z.record(z.string(), z.unknown()) });

/** The one that `docker compose` reads; others (`compose.prod.yaml`) are changes to it. */
export function isComposeFile(path: string): boolean {
  return /^(?:docker-)?compose\.ya?ml$/.test(nameOf(path));
}

/** The services of a compose file, in its order; none where it is not one. */
export function readCompose(listing: Listing, path: string): readonly ComposeService[] {
  const [file] = readYamlFile(listing.read(path) ?? '');
  const parsed = composeFile.safeParse(file?.value);
  if (file === undefined || !parsed.success) return [];
  return Object.entries(parsed.data.services).flatMap(([name, value]) => {
    const service = composeService.safeParse(value);
    return service.success ? [serviceOf({ name, path, file }, service.data)] : [];
  });
}

interface Named {
  readonly name: string;
  readonly path: string;
  readonly file: YamlFile;
}

function serviceOf({ name, path, file }: Named, raw: RawService): ComposeService {
  const place = (...keys: readonly string[]): Place => ({
    path,
    line: file.lineOf('services', name, ...keys),
  });
  const build = typeof raw.build === 'string' ? { context: raw.build } : (raw.build ?? null);
  const test = raw.healthcheck?.test ?? '';
  const commands = [raw.entrypoint, raw.command].map(commandText).filter((text) => text !== '');
  return {
    name,
    at: place(),
    build: build && {
      folder: inFolder(folderOf(path), build.context),
      dockerfile: ('dockerfile' in build ? build.dockerfile : undefined) ?? 'Dockerfile',
    },
    image: raw.image ?? null,
    command: isCommand(commands.join(' ')) ? commands.join(' ') : null,
    port: portOf(raw),
    isPublished: (raw.ports ?? []).length > 0,
    needs: Array.isArray(raw.depends_on) ? raw.depends_on : Object.keys(raw.depends_on ?? {}),
    health: healthPathIn(Array.isArray(test) ? test.join(' ') : test),
    env: variablesOf(raw, place),
  };
}

function commandText(value: RawService['command']): string {
  return Array.isArray(value) ? value.map((word) => shellWord(String(word ?? ''))).join(' ') : (value ?? '');
}

/** `8080`, `80:8080`, `127.0.0.1:80:8080/tcp`, or `{ target: 8080 }`. */
function portOf({ ports, expose }: RawService): number | null {
  for (const port of [...(ports ?? []), ...(expose ?? [])]) {
    const text = isRecord(port) ? JSON.stringify(port['target'] ?? '') : String(port);
    const number = /(\d+)(?:\/tcp)?"?$/.exec(text)?.[1];
    if (number !== undefined) return Number(number);
  }
  return null;
}

function variablesOf(
  { environment }: RawService,
  place: (...keys: readonly string[]) => Place,
): readonly ComposeVariable[] {
  if (Array.isArray(environment)) {
    return environment.map((text) => {
      const [, name = text, value = null] = /^([^=]+)=([\s\S]*)$/.exec(text) ?? [];
      return { name, value, at: place('environment') };
    });
  }
  return Object.entries(environment ?? {}).map(([name, value]) => ({
    name,
    value: value === null ? null : String(value),
    at: place('environment', name),
  }));
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
