import type { FrozenView } from './status.ts';

export interface FreezeView {
  readonly environment: string;
  readonly frozen: FrozenView | null;
}
