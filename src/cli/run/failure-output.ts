import type { ApiClient } from '../../api/client.ts';
import type { RunView } from '../../api/views/runs.ts';
import { OutputTail } from './output-tail.ts';

/** The last lines that the failed stage of a run wrote the last time it was tried; nothing when none failed. */
export async function failureOutput(
  client: ApiClient,
  view: RunView,
  signal: AbortSignal,
): Promise<OutputTail> {
  let tail = new OutputTail();
  const failed = view.stages.find(({ state }) => state === 'failed');
  if (failed === undefined) return tail;
  for await (const event of client.stream('runEvents', { params: { run: view.run }, query: {} }, signal)) {
    if (!('environment' in event) || event.environment !== failed.environment) continue;
    if (event.type === 'stage' && event.name === failed.name && event.state === 'running')
      tail = new OutputTail();
    if (event.type === 'log' && event.stage === failed.name) tail.add(event);
  }
  return tail;
}
