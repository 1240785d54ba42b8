import type { TargetKind } from '../../core/definition/integration.ts';
import type { PlaceMemory, PreparedComponent } from '../../core/places/target.ts';
import type { ClearLeftovers } from './runtime.ts';

/** What a kind of target whose deployments have a supervisor adds to `supervisedTarget`. */
export interface SupervisedKind {
  readonly name: TargetKind;
  /** Path of the program that is its supervisor: it calls `superviseDeployment`. */
  readonly program: string;
  /** Brings an artifact to where replicas are started from. @param start folder of this start alone */
  supply(component: PreparedComponent, start: string, signal: AbortSignal): Promise<void>;
  readonly clear: ClearLeftovers;
  /** Of all that runs at the place; null: it cannot tell. */
  memory(signal: AbortSignal): Promise<PlaceMemory | null>;
}
