import { isMapping } from '../spec/draft.ts';
import type { Path } from '../spec/fault.ts';
import { durationMs, durationText } from '../spec/units.ts';
import { type EnvironmentNames, settingValue } from './environment-names.ts';
import type { AnswerValue, Question, SpecSetting, SpecValue } from './question.ts';
import type { SpecEdit } from './settlement.ts';
import type { SpecReading } from './spec-reading.ts';

export interface SettingPlace {
  readonly question: Question;
  readonly names: EnvironmentNames;
  readonly spec: Pick<SpecReading, 'at'>;
}

export interface PlacedSetting {
  readonly setting: SpecSetting;
  readonly path: Path;
}

/** Whether there is something that answers the question. */
export function isWritten(value: unknown, setting: SpecSetting): boolean {
  if (setting.write === 'marked') return markedIn(value, setting.key).length > 0;
  return setting.write === 'item'
    ? Array.isArray(value) && value.includes(setting.item)
    : value !== undefined;
}

/** The answer that is written; null: what is written is the answer to nothing that could be asked. */
export function valueIn(
  { question, spec, names }: SettingPlace,
  settings: readonly PlacedSetting[],
): AnswerValue | null {
  const [first] = settings;
  if (first === undefined) return null;
  if (first.setting.write === 'option' || first.setting.write === 'item') {
    const fits = (option: string): boolean =>
      settings.every(({ setting, path }) => says(setting, { option, current: spec.at(path), names }));
    return question.options?.map(({ value }) => value).find(fits) ?? null;
  }
  if (first.setting.write === 'marked') {
    const [marked = null, another] = markedIn(spec.at(first.path), first.setting.key);
    return another === undefined ? marked : null;
  }
  if (first.setting.write === 'labels' && spec.at(first.path) === undefined) return [];
  const values = settings.map(({ setting, path }) => plainValue(setting, spec.at(path)));
  if (first.setting.write === 'labels') return chosenBy(question, values[0] ?? null);
  if (first.setting.write !== 'provider') return values[0] ?? null;
  return values.every((value) => typeof value === 'string') ? values.join('/') : null;
}

interface OptionLook {
  readonly option: string;
  readonly current: unknown;
  readonly names: EnvironmentNames;
}

/** Whether what is written is what the option would write. */
function says(setting: SpecSetting, { option, current, names }: OptionLook): boolean {
  if (setting.write === 'item') {
    const wanted = setting.options[option];
    return wanted === undefined || wanted === (Array.isArray(current) && current.includes(setting.item));
  }
  if (setting.write !== 'option') return true;
  const wanted = setting.options[option];
  if (wanted === undefined) return true;
  if (wanted === null) return current === undefined;
  const value = settingValue(wanted, names);
  // A reason in other words is a reason; the name of an environment is not another one.
  const isReason = typeof value === 'string' && value.includes(' ') && typeof current === 'string';
  return isReason || isSame(value, current);
}

/** Values of options that are written by their labels; a label that no option has stays as it is. */
function chosenBy({ options = [] }: Question, labels: AnswerValue | null): AnswerValue | null {
  if (!Array.isArray(labels)) return labels;
  return labels.map((label) => {
    const same = (word: string): boolean => word.toLowerCase() === String(label).toLowerCase();
    return options.find(({ value, label: own }) => same(own) || same(value))?.value ?? String(label);
  });
}

function plainValue(setting: SpecSetting, current: unknown): AnswerValue | null {
  if (setting.write === 'seconds') return typeof current === 'number' ? durationText(current * 1000) : null;
  if (setting.write === 'webhooks') {
    return Array.isArray(current)
      ? current.map((item) => String(isMapping(item) ? item['webhook'] : item))
      : null;
  }
  if (Array.isArray(current)) return current.map(String);
  return typeof current === 'string' || typeof current === 'number' ? current : null;
}

/** The edits that make it say what was answered; none: it does. */
export function editsOf(
  placed: PlacedSetting,
  answer: AnswerValue,
  place: SettingPlace,
): readonly SpecEdit[] {
  const { setting, path } = placed;
  if (setting.write !== 'marked') {
    const edit = editOf(placed, answer, place);
    return edit === null ? [] : [edit];
  }
  const { key } = setting;
  const marked = markedIn(place.spec.at(path), key);
  const others = marked.filter((name) => name !== answer);
  return [
    ...others.map((name): SpecEdit => ({ kind: 'remove', path: [...path, name, key] })),
    ...(marked.includes(String(answer))
      ? []
      : [{ kind: 'set', path: [...path, String(answer), key], value: true } as const]),
  ];
}

/** Names of those that have the key set to true. */
function markedIn(value: unknown, key: string): readonly string[] {
  if (!isMapping(value)) return [];
  return Object.entries(value).flatMap(([name, each]) =>
    isMapping(each) && each[key] === true ? [name] : [],
  );
}

function editOf({ setting, path }: PlacedSetting, answer: AnswerValue, place: SettingPlace): SpecEdit | null {
  const current = place.spec.at(path);
  const isNothing = Array.isArray(answer) && answer.length === 0;
  if (setting.write === 'nothing') {
    if (isNothing === (current !== undefined)) return null;
    return isNothing ? { kind: 'set', path, value: setting.value } : { kind: 'remove', path };
  }
  if (setting.write === 'labels') {
    if (isNothing) return current === undefined ? null : { kind: 'remove', path };
    if (isSame(chosenBy(place.question, plainValue(setting, current)), answer)) return null;
    return { kind: 'set', path, value: labelsOf(place.question, answer) };
  }
  if (setting.write === 'item') {
    const look = { option: String(answer), current, names: place.names };
    if (says(setting, look)) return null;
    return {
      kind: setting.options[String(answer)] === true ? 'include' : 'exclude',
      path,
      item: setting.item,
    };
  }
  if (setting.write === 'option') {
    if (says(setting, { option: String(answer), current, names: place.names })) return null;
    const wanted = setting.options[String(answer)] ?? null;
    if (wanted === null) return { kind: 'remove', path };
    return { kind: 'set', path, value: settingValue(wanted, place.names) };
  }
  const value = specValue(setting, answer);
  if (current === undefined && setting.otherwise !== undefined && isSame(value, setting.otherwise))
    return null;
  return isSame(value, current) ? null : { kind: 'set', path, value };
}

function labelsOf({ options = [] }: Question, answer: AnswerValue): SpecValue {
  const values: readonly string[] = Array.isArray(answer) ? answer.map(String) : [String(answer)];
  return values.map((value) => options.find((option) => option.value === value)?.label ?? value);
}

function specValue({ write }: SpecSetting, answer: AnswerValue): SpecValue {
  const slash = String(answer).indexOf('/');
  if (write === 'seconds') return Math.round((durationMs(String(answer)) ?? 0) / 1000);
  if (write === 'provider') return String(answer).slice(0, slash);
  if (write === 'model') return String(answer).slice(slash + 1);
  return write === 'webhooks' && Array.isArray(answer) ? answer.map((webhook) => ({ webhook })) : answer;
}

/** `1h` and `60m` are one time, however they are written. */
function isSame(a: unknown, b: unknown): boolean {
  if (typeof a === 'string' && typeof b === 'string') {
    const ms = durationMs(a);
    return a === b || (ms !== null && ms === durationMs(b));
  }
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((item, index) => isSame(item, b[index]));
  }
  if (isMapping(a) && isMapping(b)) {
    const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
    return [...keys].every((key) => isSame(a[key], b[key]));
  }
  return a === b;
}
