import type { ComponentLogLine } from '../../core/places/target.ts';
import { padEnd } from './width.ts';
import type { Style } from './style.ts';

const nameWidth = 14;

/** `12:03:41.120 agent/1        answered in 212 ms`, each component always in the same colour. */
export function logLineText(
  { at, component, replica, stream, line }: ComponentLogLine,
  style: Style,
): string {
  const name = padEnd(`${component}/${replica}`, nameWidth);
  const text = stream === 'stderr' ? style.attention(line) : line;
  return `${style.dim(timeOf(at))} ${style.tint(name, sumOf(component))} ${text}`;
}

function timeOf(at: string): string {
  const time = new Date(at);
  const local = [time.getHours(), time.getMinutes(), time.getSeconds()].map((part) =>
    String(part).padStart(2, '0'),
  );
  return `${local.join(':')}.${String(time.getMilliseconds()).padStart(3, '0')}`;
}

function sumOf(name: string): number {
  return Array.from(name).reduce((sum, letter) => sum + (letter.codePointAt(0) ?? 0), 0);
}
