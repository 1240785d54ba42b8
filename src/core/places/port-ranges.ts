export interface PortRange {
  readonly lowest: number;
  /** The first that is not part of it. */
  readonly beyond: number;
}

type PortUse = 'resident' | 'edge' | 'replica';
/** What a place reserves and keeps, in contrast to what a supervisor gives its replicas. */
export type LastingPortUse = Exclude<PortUse, 'replica'>;

/**
 * Ports that Deployer gives out. All are below the range from which Linux (32768 on) and macOS (49152 on) take ports
 * for outgoing connections: one of those could occupy a port between the end of who listens there and its restart.
 *
 * A resident keeps its port for ever, an edge and a preview for as long as they are wanted, also while they are down
 * and nobody listens there. Who gives out others, an edge or a supervisor, may know nothing of that, nor of another
 * home: after a restart of the machine a replica would take the port of an edge that is not up yet. So each kind has a
 * range of its own.
 */
export const portRanges: Readonly<Record<PortUse, PortRange>> = {
  resident: { lowest: 17_000, beyond: 20_000 },
  /** Edges and previews. */
  edge: { lowest: 20_000, beyond: 24_000 },
  replica: { lowest: 24_000, beyond: 32_000 },
};
