import type { Supervisor } from './supervisor.ts';

export async function renderMetrics(_supervisor: Supervisor): Promise<string> {
  return '';
}
