import { durationMs, durationText } from '../spec/units.ts';
import { lacking, settling, type Judgement } from './judgement.ts';
import type { Question } from './question.ts';

/** A number, with the unit that the question allows. */
export function judgeNumber({ limits = {} }: Question, text: string): Judgement {
  const match = /^([+-]?\d{1,12}(?:\.\d{1,6})?)\s*(%|ms|s)?$/i.exec(text);
  if (match === null) return lacking(text === '' ? 'it is empty' : 'it is not a number');
  const unit = match[2]?.toLowerCase() ?? null;
  const factor = factorOf(unit, limits.unit ?? null);
  if (factor === null) return lacking(`"${unit}" is not what it is measured in`);
  const value = rounded(Number(match[1]) * factor);
  const { min = -Infinity, max = Infinity } = limits;
  if (limits.whole === true && !Number.isInteger(value)) return lacking('it is not a whole number');
  if (value < min) return lacking(`it is below ${min}`);
  if (value <= max) return settling(value);
  const isMeantAsPercent = limits.unit === '%' && unit === null && value <= 100;
  return lacking(`it is above ${max}${isMeantAsPercent ? `; ${value}% would be a share` : ''}`);
}

function factorOf(given: string | null, unit: string | null): number | null {
  if (given === null || given === unit) return given === '%' ? 0.01 : 1;
  return given === 's' && unit === 'ms' ? 1000 : null;
}

function rounded(value: number): number {
  return Math.round(value * 1e6) / 1e6;
}

const words: Readonly<Record<string, string>> = {
  s: 's',
  sec: 's',
  second: 's',
  m: 'm',
  min: 'm',
  minute: 'm',
  h: 'h',
  hour: 'h',
  d: 'd',
  day: 'd',
};

/** A time, as `deployer.yaml` writes it: `15m`. Words for its unit are understood. */
export function judgeDuration({ limits = {} }: Question, text: string): Judgement {
  const match = /^(\d{1,6})\s*([a-z]*)$/i.exec(text);
  if (match === null)
    return lacking(text === '' ? 'it is empty' : 'it is not a time such as 90s, 15m, 1h or 30d');
  const word = (match[2] ?? '').toLowerCase();
  if (word === '') return lacking(`it has no unit: ${text}s, ${text}m, ${text}h or ${text}d?`);
  const unit = words[word] ?? words[word.replace(/s$/, '')];
  const ms = unit === undefined ? null : durationMs(`${match[1]}${unit}`);
  if (ms === null) return lacking(`"${word}" is no unit of time; s, m, h and d are`);
  const { min = 0, max = 3650 * 86_400 } = limits;
  if (ms < min * 1000) return lacking(`it is shorter than ${durationText(min * 1000)}`);
  if (ms > max * 1000) return lacking(`it is longer than ${durationText(max * 1000)}`);
  return settling(durationText(ms));
}
