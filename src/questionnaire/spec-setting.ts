import { dotted, type Path } from '../spec/fault.ts';
import { isMapping } from '../spec/draft.ts';
import { fieldAt } from '../spec/json-schema.ts';
import { durationMs, durationText } from '../spec/units.ts';
import { type EnvironmentNames, settingPath, settingValue } from './environment-names.ts';
import type { AnswerValue, Question, SpecSetting, SpecValue } from './question.ts';
import type { SpecEdit } from './settlement.ts';
import type { SpecReading } from './spec-reading.ts';

type Written = Pick<SpecReading, 'at'>;

export interface SettingPlace {
  readonly question: Question;
  readonly names: EnvironmentNames;
  readonly spec: Written;
}

/** What `deployer.yaml` answers to a question, and where. Null: nothing is written there that it settles. */
export interface WrittenAnswer {
  readonly value: AnswerValue;
  /** Dotted. */
  readonly path: string;
}

/** Reads an answer back from where it would be written. */
export function writtenAnswer(place: SettingPlace): WrittenAnswer | null {
  const settings = settingsOf(place);
  const present = settings.find(({ path, setting }) => isWritten(place.spec.at(path), setting));
  if (present === undefined) return null;
  const value = valueIn(place, settings);
  return value === null ? null : { value, path: dotted(present.path) };
}

/** What has to change in `deployer.yaml` so that it says what was answered. None when it is in force already. */
export function editsFor(place: SettingPlace, value: AnswerValue): readonly SpecEdit[] {
  return settingsOf(place).flatMap(({ setting, path }) => {
    const edit = editOf({ setting, path }, value, place);
    return edit === null ? [] : [...besides(setting, place), edit];
  });
}

/** Paths that an answer is written to, dotted. */
export function settingPaths(place: SettingPlace): readonly string[] {
  return settingsOf(place).map(({ path }) => dotted(path));
}

interface PlacedSetting {
  readonly setting: SpecSetting;
  readonly path: Path;
}

/** Those whose environment is there, and whose key this version of `deployer.yaml` knows. */
function settingsOf({ question, names }: SettingPlace): readonly PlacedSetting[] {
  return (question.settles.spec ?? []).flatMap((setting) => {
    const path = settingPath(setting.path, names);
    return path === null || fieldAt(path) === null ? [] : [{ setting, path }];
  });
}

function isWritten(value: unknown, setting: SpecSetting): boolean {
  return setting.write === 'item'
    ? Array.isArray(value) && value.includes(setting.item)
    : value !== undefined;
}

function valueIn(
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
  const values = settings.map(({ setting, path }) => plainValue(setting, spec.at(path)));
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

function editOf({ setting, path }: PlacedSetting, answer: AnswerValue, place: SettingPlace): SpecEdit | null {
  const current = place.spec.at(path);
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

function specValue({ write }: SpecSetting, answer: AnswerValue): SpecValue {
  const slash = String(answer).indexOf('/');
  if (write === 'seconds') return Math.round((durationMs(String(answer)) ?? 0) / 1000);
  if (write === 'provider') return String(answer).slice(0, slash);
  if (write === 'model') return String(answer).slice(slash + 1);
  return write === 'webhooks' && Array.isArray(answer) ? answer.map((webhook) => ({ webhook })) : answer;
}

function besides({ beside = {} }: SpecSetting, { names, spec }: SettingPlace): readonly SpecEdit[] {
  return Object.entries(beside).flatMap(([template, value]): readonly SpecEdit[] => {
    const path = settingPath(template, names);
    return path === null || spec.at(path) !== undefined ? [] : [{ kind: 'default', path, value }];
  });
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
