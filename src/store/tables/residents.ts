import type { ResidentPreparation } from '../../core/places/target.ts';
import type { NullableJson, NullableTime } from './column-types.ts';

/** A component of an environment with `scope: environment`. */
export interface ResidentTable {
  integration: string;
  environment: string;
  component: string;
  /** Where every deployment of the environment reaches it; null: it has never listened. */
  port: number | null;
  /** What is decided to run; null: it has never been ready. */
  current: NullableJson<ResidentPreparation>;
  /** When that was decided. */
  since: NullableTime;
  /** What a run is putting in its place; null: nothing. */
  next: NullableJson<ResidentPreparation>;
  next_run: string | null;
}
