import { z } from 'zod';

import { sections, type SectionId } from '../core/document/statement.ts';
import {
  type Condition,
  type Question,
  questionKinds,
  type QuestionOption,
  type SpecSetting,
  type SpecValue,
  type StatementTemplate,
  textForms,
} from './question.ts';

const line = z.string().trim().min(1).max(500);
const word = z.string().regex(/^[a-z0-9][a-z0-9-]*$/, 'must be lower-case letters, digits and `-`');
const sectionId: z.ZodType<SectionId> = z.enum(sections.map(({ id }) => id));

const option: z.ZodType<QuestionOption> = z.strictObject({
  value: word,
  label: line,
  means: line,
  facts: z.record(line, line).exactOptional(),
});

const condition: z.ZodType<Condition> = z.lazy(() =>
  z.union([
    z.strictObject({ question: line, is: z.array(line).min(1) }),
    z.strictObject({ spec: line }),
    z.strictObject({ several: line }),
    z.strictObject({ roles: z.array(line).min(1) }),
    z.strictObject({ all: z.array(condition).min(1) }),
    z.strictObject({ any: z.array(condition).min(1) }),
    z.strictObject({ not: condition }),
  ]),
);

const specValue: z.ZodType<SpecValue> = z.lazy(() =>
  z.union([z.string(), z.number(), z.boolean(), z.array(specValue), z.record(z.string(), specValue)]),
);

const place = {
  path: z.string().regex(/^[a-zA-Z0-9_{}-]+(\.[a-zA-Z0-9_{}-]+)*$/, 'must be a dotted path'),
  otherwise: specValue.exactOptional(),
  beside: z.record(z.string(), specValue).exactOptional(),
};

const setting: z.ZodType<SpecSetting> = z.discriminatedUnion('write', [
  z.strictObject({
    ...place,
    write: z.enum(['value', 'labels', 'seconds', 'webhooks', 'provider', 'model']),
  }),
  z.strictObject({ ...place, write: z.literal('nothing'), value: specValue }),
  z.strictObject({ ...place, write: z.literal('option'), options: z.record(word, specValue.nullable()) }),
  z.strictObject({ ...place, write: z.literal('marked'), key: line }),
  z.strictObject({ ...place, write: z.literal('item'), item: line, options: z.record(word, z.boolean()) }),
]);

const template: z.ZodType<StatementTemplate> = z.strictObject({
  id: word.exactOptional(),
  section: sectionId.exactOptional(),
  says: line,
});

const answerValue = z.union([z.string().max(500), z.number(), z.array(z.string().max(500)).readonly()]);

/** A question of the user's own file: what is left out there is filled in. */
export const ownQuestion: z.ZodType<Question> = z
  .strictObject({
    id: z.string().regex(/^[a-z][a-z0-9-]*(\.[a-z0-9][a-z0-9-]*)+$/, 'must be words with a dot between them'),
    section: sectionId,
    ask: line,
    again: line.exactOptional(),
    why: line,
    kind: z.enum(questionKinds),
    options: z.array(option).min(1).max(50).exactOptional(),
    limits: z
      .strictObject({
        min: z.number().exactOptional(),
        max: z.number().exactOptional(),
        whole: z.boolean().exactOptional(),
        unit: z.enum(['ms', '%']).exactOptional(),
        form: z.enum(textForms).exactOptional(),
      })
      .exactOptional(),
    default: z
      .strictObject({ value: answerValue.nullable(), because: line, meanwhile: line.exactOptional() })
      .exactOptional(),
    suggest: answerValue.exactOptional(),
    applies: condition.exactOptional(),
    environment: z.enum(['first', 'before-last', 'last']).exactOptional(),
    settles: z.strictObject({
      spec: z.array(setting).max(20).exactOptional(),
      statements: z.array(template).min(1).max(20),
    }),
  })
  .transform((written) => ({
    ...written,
    again: written.again ?? written.ask,
    default: withMeanwhile(written.default ?? { value: null, because: 'nobody has said' }, written.ask),
  }));

function withMeanwhile(assumed: Question['default'], ask: string): Question['default'] {
  return assumed.value === null
    ? { ...assumed, meanwhile: assumed.meanwhile ?? `Not answered: ${ask}` }
    : assumed;
}
