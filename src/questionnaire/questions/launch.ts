import type { Question } from '../question.ts';

interface Phase {
  readonly id: string;
  readonly name: string;
  readonly audience: string;
  readonly criteria: string;
}

const phases: readonly Phase[] = [
  {
    id: 'internal-alpha',
    name: 'internal alpha',
    audience: 'Which colleagues get it first?',
    criteria: 'the team finds nothing that stops them for three working days',
  },
  {
    id: 'internal-beta',
    name: 'internal beta',
    audience: 'Which departments get it next?',
    criteria: 'one week without a rollback, and every answer that was reported is dealt with',
  },
  {
    id: 'external-beta',
    name: 'external beta',
    audience: 'Which customers get it before the others?',
    criteria: 'two weeks within the limits of the watch, and the owners agree',
  },
];

export const launchQuestions: readonly Question[] = [
  {
    id: 'launch.phases',
    section: 'launch',
    ask: 'In which phases do users get it?',
    again: 'All of those listed that there are, separated by commas, or `ga` alone for everybody at once?',
    why: 'What fails among few harms few.',
    kind: 'many',
    limits: { min: 1 },
    options: [
      { value: 'internal-alpha', label: 'internal alpha', means: 'the team and colleagues nearby' },
      { value: 'internal-beta', label: 'internal beta', means: 'the whole organisation' },
      { value: 'external-beta', label: 'external beta', means: 'customers who were asked' },
      { value: 'ga', label: 'general availability', means: 'everybody' },
    ],
    default: { value: ['ga'], because: 'a switch gives a release to everybody' },
    suggest: ['internal-alpha', 'internal-beta', 'external-beta', 'ga'],
    settles: { statements: [{ says: 'Phases of the launch: {answer}.' }] },
  },
  ...phases.flatMap(questionsOf),
  {
    id: 'launch.share',
    section: 'launch',
    ask: 'Which share of users gets it in the external beta?',
    again: 'A share such as 5%: how many of all users at most, so that a failure stays small?',
    why: 'It bounds how many are harmed.',
    kind: 'number',
    limits: { min: 0, max: 1, unit: '%' },
    applies: { question: 'launch.phases', is: ['external-beta'] },
    default: {
      value: null,
      because: 'no share is named',
      meanwhile: 'Which share of users the external beta has has not been said.',
    },
    suggest: 0.05,
    settles: { statements: [{ says: 'Share of users in the external beta: {answer}.' }] },
  },
  {
    id: 'launch.decides',
    section: 'launch',
    ask: 'Who decides that the next phase begins?',
    again: 'Which addresses belong to the people who read the exit criteria and say yes?',
    why: 'Criteria that nobody judges are met by time passing.',
    kind: 'people',
    applies: { question: 'launch.phases', is: phases.map(({ id }) => id) },
    default: {
      value: null,
      because: 'nobody is named',
      meanwhile: 'Nobody is named who decides that the next phase begins.',
    },
    settles: { statements: [{ says: '{answer} decides that the next phase begins.' }] },
  },
];

function questionsOf({ id, name, audience, criteria }: Phase): readonly Question[] {
  const applies = { question: 'launch.phases', is: [id] };
  return [
    {
      id: `launch.${id}-audience`,
      section: 'launch',
      ask: audience,
      again: `Names of people, teams or customers: who exactly is in the ${name}?`,
      why: 'They have to be told, and be told apart.',
      kind: 'text',
      limits: { max: 300 },
      applies,
      default: {
        value: null,
        because: 'nobody is named',
        meanwhile: `Who is in the ${name} has not been said.`,
      },
      settles: { statements: [{ says: `Audience of the ${name}: {answer}.` }] },
    },
    {
      id: `launch.${id}-criteria`,
      section: 'launch',
      ask: `When is the ${name} over?`,
      again: `What has to be seen, for how long, so that the ${name} is over?`,
      why: 'Without a criterion a phase ends when somebody is impatient.',
      kind: 'text',
      limits: { max: 300 },
      applies,
      default: { value: criteria, because: 'nobody has said otherwise' },
      settles: { statements: [{ says: `The ${name} is over when: {answer}.` }] },
    },
  ];
}
