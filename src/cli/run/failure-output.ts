import type { ApiClient } from '../../api/client.ts';
import type { RunView } from '../../api/views.ts';

const shownLines = 30;

/** The last lines that the failed stage of a run wrote; empty when none failed. */
export async function failureOutput(
  client: ApiClient,
  view: RunView,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const failed = view.stages.find(({ state }) => state === 'failed');
  if (failed === undefined) return [];
  const lines: string[] = [];
  for await (const event of client.stream('runEvents', { params: { run: view.run }, query: {} }, signal)) {
    if (event.type === 'log' && event.stage === failed.name && event.environment === failed.environment) {
      lines.push(event.line);
      if (lines.length > shownLines) lines.shift();
    }
  }
  return lines;
}
