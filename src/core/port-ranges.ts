export interface PortRange {
  readonly lowest: number;
  /** The first that is not part of it. */
  readonly beyond: number;
}

export type PortUse = 'resident' | 'other';

/**
 * Ports that Deployer gives out. All are below the range from which Linux (32768 on) and macOS (49152 on) take ports for
 * outgoing connections: one of those could occupy a port between the end of who listens there and its restart.
 *
 * A resident keeps its port for ever, also while it is down and nobody listens there. Who gives out the others, an edge or
 * a supervisor, may know nothing of it, nor of residents of another home: so theirs are never among those of residents.
 */
export const portRanges: Readonly<Record<PortUse, PortRange>> = {
  resident: { lowest: 17_000, beyond: 20_000 },
  /** Edges, previews and replicas. */
  other: { lowest: 20_000, beyond: 32_000 },
};
