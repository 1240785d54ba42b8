import type { ApiClient } from '../../api/client.ts';
import { pause } from '../../lib/pause.ts';
import { isSilence } from './running-server.ts';

const questionMs = 5000;
/** One unanswered question is no silence: a busy machine may stand still for a moment. */
const fewestQuestions = 3;

/** Resolves when a server has left several questions in a row unanswered; throws when the signal aborts. */
export async function untilSilent(client: ApiClient, signal: AbortSignal): Promise<void> {
  for (let unanswered = 0; unanswered < fewestQuestions;) {
    const asked = client.call('server', {}, { timeoutMs: questionMs, signal });
    const [{ isAnswered }] = await Promise.all([
      asked.then(
        () => ({ isAnswered: true }),
        (error: unknown) => {
          signal.throwIfAborted();
          return { isAnswered: !isSilence(error) };
        },
      ),
      pause(questionMs, signal),
    ]);
    unanswered = isAnswered ? 0 : unanswered + 1;
  }
}
