/** What users have lost what looks after it, and its components with it: the gravest that there is to say. */
export function supervisorGone(deployment: string): string {
  return `${deployment}: its supervisor is gone; users may get 502`;
}

/** The deployment of such a sentence, whatever it says besides; null: it is another one. */
export function goneIn(sentence: string): string | null {
  return /^(\S+): its supervisor is gone;/.exec(sentence)?.[1] ?? null;
}
