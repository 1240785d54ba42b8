import type { IntegrationDefinition } from '../../core/definition/integration.ts';
import type { Json, Time } from './column-types.ts';

export interface IntegrationTable {
  key: string;
  folder: string;
  /** As of the newest commit shipped. */
  definition: Json<IntegrationDefinition>;
  next_run: number;
  updated_at: Time;
}
