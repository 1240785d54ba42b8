import { dotted } from '../spec/fault.ts';
import { fieldAt } from '../spec/json-schema.ts';
import { settingPath } from './environment-names.ts';
import type { AnswerValue, SpecSetting } from './question.ts';
import { editsOf, isWritten, type PlacedSetting, type SettingPlace, valueIn } from './setting-kinds.ts';
import type { SpecEdit } from './settlement.ts';

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

/** Whether something is written there that no answer would write. */
export function isWrittenOtherwise(place: SettingPlace): boolean {
  const isThere = settingsOf(place).some(({ path, setting }) => isWritten(place.spec.at(path), setting));
  return isThere && writtenAnswer(place) === null;
}

/** What has to change in `deployer.yaml` so that it says what was answered. None when it is in force already. */
export function editsFor(place: SettingPlace, value: AnswerValue): readonly SpecEdit[] {
  return settingsOf(place).flatMap(({ setting, path }) => {
    const edits = editsOf({ setting, path }, value, place);
    return edits.length === 0 ? [] : [...besides(setting, place), ...edits];
  });
}

/** Those whose environment is there, and whose key this version of `deployer.yaml` knows. */
function settingsOf({ question, names }: SettingPlace): readonly PlacedSetting[] {
  return (question.settles.spec ?? []).flatMap((setting) => {
    const path = settingPath(setting.path, names);
    return path === null || fieldAt(path) === null ? [] : [{ setting, path }];
  });
}

function besides({ beside = {} }: SpecSetting, { names, spec }: SettingPlace): readonly SpecEdit[] {
  return Object.entries(beside).flatMap(([template, value]): readonly SpecEdit[] => {
    const path = settingPath(template, names);
    return path === null || spec.at(path) !== undefined ? [] : [{ kind: 'default', path, value }];
  });
}
