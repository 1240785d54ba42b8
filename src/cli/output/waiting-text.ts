import type { Waiting } from '../../core/pipeline/run.ts';
import { hintText } from './error-text.ts';
import type { Style } from './style.ts';
import { ageOf, momentText } from './time.ts';

/** For what something waits, since when, until when, and what to type. */
export function waitingText(waiting: Waiting, now: Date, style: Style): string {
  const where = waiting.environment === null ? '' : ` in ${waiting.environment}`;
  return [
    `${style.attention('•')} ${style.bold(waiting.run)} waits for ${waitingFor[waiting.kind]}${where}`,
    `  ${waiting.reason}`,
    `  ${style.dim(timesText(waiting, now))}`,
    ...nextLines(waiting, style),
  ].join('\n');
}

/** What to type, and who may; what is undecided can be tried again, set aside or given up. */
function nextLines({ kind, run, next, waive, by }: Waiting, style: Style): readonly string[] {
  const who = by === undefined ? '' : style.dim(`   (by ${by.join(', ')})`);
  const lines = [hintText(next, style) + who, ...(waive === undefined ? [] : [hintText(waive, style)])];
  return kind === 'undecided' ? [...lines, hintText(`deployer reject ${run} --reason "…"`, style)] : lines;
}

/** `since 12:03 (4 min), until 7 Dec 12:03` */
export function timesText({ since, deadline }: Waiting, now: Date): string {
  return `since ${momentText(since, now)} (${ageOf(since, now)}), until ${momentText(deadline, now)}`;
}

export const waitingFor: Readonly<Record<Waiting['kind'], string>> = {
  uat: 'user acceptance',
  approval: 'approval',
  freeze: 'the end of a freeze',
  undecided: 'somebody to settle what is undecided',
  capacity: 'its turn',
};
