import type { SectionId } from '../core/document/statement.ts';

/** What a question gets as its answer once it settles something. A duration is text: `15m`. */
export type AnswerValue = string | number | readonly string[];

export const questionKinds = ['choice', 'many', 'text', 'number', 'duration', 'people'] as const;
export type QuestionKind = (typeof questionKinds)[number];

/**
 * One question of the questionnaire. Plain data, so that the user's own file holds the same: no functions, and all that
 * depends on an answer is a template.
 */
export interface Question {
  /** Stable: `rollback.watch`. Answers are kept under it. */
  readonly id: string;
  readonly section: SectionId;
  readonly ask: string;
  /** The same, sharper: asked after an answer that lacked detail. */
  readonly again: string;
  /** What depends on it. */
  readonly why: string;
  readonly kind: QuestionKind;
  /** Of `choice` and `many`; a `many` without any takes texts. */
  readonly options?: readonly QuestionOption[];
  readonly limits?: AnswerLimits;
  /** What holds as long as nobody answers: of what is written in `deployer.yaml`, what is in force without it. */
  readonly default: AssumedAnswer;
  /** What to propose, where something else than the default is better. */
  readonly suggest?: AnswerValue;
  /** @default it always does */
  readonly applies?: Condition;
  /** Which environment it is about; it does not apply where there is no such one. */
  readonly environment?: EnvironmentRole;
  readonly settles: Settling;
}

/** By its position in the order of promotion; `before-last` exists where there are two or more. */
export type EnvironmentRole = 'first' | 'before-last' | 'last';

export interface QuestionOption {
  readonly value: string;
  readonly label: string;
  /** What choosing it comes to, as part of a sentence. */
  readonly means: string;
  /** What it brings and what speaks for it, by name: `load balancer`, `database`, `cost`. */
  readonly facts?: Readonly<Record<string, string>>;
}

/** Bounds, both inclusive. */
export interface AnswerLimits {
  /** Of a number; of a duration in seconds; of a list in items. */
  readonly min?: number;
  readonly max?: number;
  /** Of a number: no fractions. */
  readonly whole?: boolean;
  /** Of a number: what may follow it, and is not kept. `%` also divides it by a hundred. */
  readonly unit?: 'ms' | '%';
  /** Of a text: one of these forms. */
  readonly form?: TextForm;
}

export const textForms = ['amount', 'branch', 'glob', 'memory', 'model', 'name', 'path', 'url'] as const;
export type TextForm = (typeof textForms)[number];

export interface AssumedAnswer {
  /** Null: there is nothing that could be assumed. */
  readonly value: AnswerValue | null;
  readonly because: string;
  /** A sentence that holds meanwhile. Needed where `value` is null. */
  readonly meanwhile?: string;
}

export type Condition =
  /** What holds for another question, answered or not, is or contains one of these; `*`: it is anything at all. */
  | { readonly question: string; readonly is: readonly string[] }
  /** Something is written there in `deployer.yaml`. */
  | { readonly spec: string }
  /** More than one thing is written there by name. */
  | { readonly several: string }
  /** A component has one of these roles. */
  | { readonly roles: readonly string[] }
  | { readonly all: readonly Condition[] }
  | { readonly any: readonly Condition[] }
  | { readonly not: Condition };

export interface Settling {
  readonly spec?: readonly SpecSetting[];
  readonly statements: readonly StatementTemplate[];
}

/** A sentence of the document. */
export interface StatementTemplate {
  /** Appended to the question's id where it settles several. */
  readonly id?: string;
  /** @default that of the question */
  readonly section?: SectionId;
  /**
   * With `{answer}`, `{means}` (of the option chosen), `{environment}` and `{fact:<name>}`. It is taken apart before
   * anything is put in: what was answered is data, whatever it looks like.
   */
  readonly says: string;
}

/**
 * Where an answer stands in `deployer.yaml`. In paths and texts `{environment}` is the question's environment, and
 * `{first}`, `{before-last}` and `{last}` are those of the definition.
 */
export type SpecSetting = {
  /** Dotted: `environments.{environment}.watch.seconds`. */
  readonly path: string;
  /** What is in force when nothing is written there. */
  readonly otherwise?: SpecValue;
  /** What has to stand beside it, by path: written where nothing is. */
  readonly beside?: Readonly<Record<string, SpecValue>>;
} & SpecWriting;

export type SpecWriting =
  /**
   * The answer itself; labels of what was chosen, and nothing where nothing was; a duration in seconds; a list of
   * receivers; the two halves of `provider/model`.
   */
  | { readonly write: 'value' | 'labels' | 'seconds' | 'webhooks' | 'provider' | 'model' }
  /** What says that there is nothing, when nothing was chosen. Any text stands for a text. */
  | { readonly write: 'nothing'; readonly value: SpecValue }
  /** By the option that was chosen; null: nothing may be written there. Any text stands for a text. */
  | { readonly write: 'option'; readonly options: Readonly<Record<string, SpecValue | null>> }
  /** Of all that is written there by name, what the answer names has this key set to true, and nothing else has. */
  | { readonly write: 'marked'; readonly key: string }
  /** `item` is in the list, or is not, by the option that was chosen. */
  | { readonly write: 'item'; readonly item: string; readonly options: Readonly<Record<string, boolean>> };

export type SpecValue = string | number | boolean | readonly SpecValue[] | SpecMapping;
export interface SpecMapping {
  readonly [key: string]: SpecValue;
}
