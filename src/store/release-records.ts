import type { Releases } from '../core/releases/records.ts';
import type { ReleaseFacts } from '../core/pipeline/step.ts';
import { digestOf } from '../lib/canonical-json.ts';
import type { Database } from './database.ts';
import { insertRelease, isVersionTaken, releaseOfCommit, type ReleaseRow } from './releases.ts';

/** Releases for the steps that make and reuse them. */
export function releaseRecords({ db }: Database): Releases {
  return {
    async ofCommit(integration, commit) {
      const row = await releaseOfCommit(db, integration, commit);
      return row === null ? null : factsOf(row);
    },
    isVersionTaken: (integration, version, commit) => isVersionTaken(db, integration, version, commit),
    async create({ manifest, content, definition }) {
      const stored = { id: digestOf(manifest), content: digestOf(content), manifest, definition };
      return factsOf(await insertRelease(db, stored));
    },
  };
}

export function factsOf({ id, version, manifest }: ReleaseRow): ReleaseFacts {
  const { artifacts, migration } = manifest;
  return { id, version, artifacts, ...(migration === undefined ? {} : { migration }) };
}
