import type { Branches } from '../../core/tracking/tracking.ts';
import type { ShipOrder } from '../acts/ship.ts';
import type { EngineParts } from '../parts.ts';

/** What looking at tracked branches needs beside the rest of the engine. */
export interface TrackingTools {
  readonly parts: EngineParts;
  readonly branches: Branches;
  /** What a commit in the server's clone asks for. Throws what is wrong with it. */
  readonly readOrder: (asked: AskedOrder, signal: AbortSignal) => Promise<Omit<ShipOrder, 'by'>>;
  /** Whether servers of other hosts may use the database, each of which looks at its own clones only. */
  readonly isShared: boolean;
}

interface AskedOrder extends Pick<ShipOrder, 'commit' | 'branch' | 'env'> {
  readonly integration: string;
  /** Of `deployer.yaml` in the repository. */
  readonly folder: string;
}
