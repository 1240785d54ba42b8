import type { DeploymentDocument } from '../../core/document/document.ts';
import type { RevisionCause } from '../../core/document/revision.ts';
import type { DocumentSummary } from '../../core/document/summary.ts';
import type { Json, Time } from './column-types.ts';

export interface DocumentRevisionTable {
  integration: string;
  /** From 1 on. */
  number: number;
  at: Time;
  /** Of what it says, without times: the next revision has another one. */
  digest: string;
  /** What happened since the one before. */
  causes: Json<readonly RevisionCause[]>;
  identity: string;
  proven: boolean;
  /** What an index tells of it. */
  summary: Json<DocumentSummary>;
  body: Json<DeploymentDocument>;
  /** Where the chain of the audit ended when it was written: what comes after is for the next one. */
  audited: string;
}

/** `deployer.yaml` and answers as they were given to the server last, outside any commit. */
export interface DocumentDraftTable {
  integration: string;
  /** Of the file, inside its repository. */
  folder: string;
  spec: Buffer;
  answers: Buffer | null;
  /** The user's own. */
  questions: Buffer | null;
  identity: string;
  proven: boolean;
  at: Time;
}

export interface DocumentCursorTable {
  host: string;
  /** Of the audit's chain. */
  position: string;
}
