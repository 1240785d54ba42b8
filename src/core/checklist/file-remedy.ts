/** What meets an item that the file says nothing of: the next release brings it, and no retry of this one. */

/** @param value as it is typed, or what is to be typed in angle brackets */
export function answering(question: string, value: string): string {
  return `${answer} ${question} ${value}`;
}

/** Of a key for which there is no question. */
export function adding(key: string): string {
  return `${add} ${key} in deployer.yaml`;
}

/** Whether something like the above meets it. */
export function isOfFile(next: string): boolean {
  return next.startsWith(`${answer} `) || next.startsWith(`${add} `);
}

const answer = 'deployer answer';
const add = 'add';
