import type { Question } from '../question.ts';

export const environmentQuestions: readonly Question[] = [
  {
    id: 'integration.name',
    section: 'environments',
    ask: 'What do people call the integration?',
    again: 'Which name, of at most 80 characters, do its users and its team know it by?',
    why: 'It stands beside the key in every list, document and message.',
    kind: 'text',
    limits: { max: 80 },
    default: { value: null, because: 'no name is given', meanwhile: 'The integration goes by its key.' },
    settles: {
      spec: [{ path: 'integration.name', write: 'value' }],
      statements: [{ says: 'The integration is called {answer}.' }],
    },
  },
  {
    id: 'integration.purpose',
    section: 'environments',
    ask: 'What does the integration do, and for whom?',
    again: 'In one sentence: who asks it for what, and what do they get?',
    why: 'Testers and approvers judge a release by what it is for.',
    kind: 'text',
    limits: { max: 500 },
    default: { value: null, because: 'nobody has said', meanwhile: 'What it is for has not been said.' },
    settles: { statements: [{ says: 'What it is for: {answer}' }] },
  },
  {
    id: 'integration.owners',
    section: 'environments',
    ask: 'Who answers for the integration?',
    again: 'Which addresses does mail reach when something is wrong with it?',
    why: 'Somebody has to be told when it fails, and to decide what becomes of it.',
    kind: 'people',
    default: {
      value: null,
      because: 'nobody is named',
      meanwhile: 'Nobody is named who answers for the integration.',
    },
    settles: {
      spec: [{ path: 'integration.owners', write: 'value' }],
      statements: [{ says: '{answer} answers for the integration.' }],
    },
  },
  {
    id: 'environments.users',
    section: 'environments',
    ask: 'Who uses the last environment?',
    again: 'Are its users only people of your own organisation, or others too?',
    why: 'Where users are external, suites that leave traces do not run.',
    kind: 'choice',
    environment: 'last',
    options: [
      { value: 'external', label: 'people outside', means: 'suites that write do not run there' },
      { value: 'internal', label: 'only our own people', means: 'suites that write may run there' },
    ],
    default: { value: 'external', because: 'that is the safe side: nothing is written among users' },
    settles: {
      spec: [{ path: 'environments.{environment}.users', write: 'value', otherwise: 'external' }],
      statements: [{ says: 'Users of {environment}: {answer}; {means}.' }],
    },
  },
  {
    id: 'environments.replicas',
    section: 'environments',
    ask: 'How many replicas of each component run in the last environment?',
    again: 'A whole number from 1 to 100: how many replicas of each component share the load there?',
    why: 'With one, users notice when it restarts.',
    kind: 'number',
    environment: 'last',
    limits: { min: 1, max: 100, whole: true },
    default: { value: 1, because: 'that is what runs when nothing else is written' },
    suggest: 2,
    settles: {
      spec: [{ path: 'environments.{environment}.replicas', write: 'value', otherwise: 1 }],
      statements: [
        { says: 'Replicas of each component in {environment} that has no number of its own: {answer}.' },
      ],
    },
  },
  {
    id: 'environments.memory',
    section: 'environments',
    ask: 'How much memory may one replica use in the last environment?',
    again: 'An amount with its unit, such as 512Mi or 1Gi: how much memory may one replica use?',
    why: 'Without a limit one component that leaks takes the others down with it.',
    kind: 'text',
    environment: 'last',
    limits: { form: 'memory' },
    default: {
      value: null,
      because: 'no limit is written',
      meanwhile: 'No limit of memory is set for {environment} as a whole; single components may have one.',
    },
    suggest: '512Mi',
    settles: {
      spec: [{ path: 'environments.{environment}.resources.memory', write: 'value' }],
      statements: [
        {
          says: 'Memory of one replica in {environment}: at most {answer}, unless its component has another limit there.',
        },
      ],
    },
  },
  {
    id: 'environments.parity',
    section: 'environments',
    ask: 'Is the environment before the last one like the last one?',
    again: 'Does it take over the shape of the last environment (mirrors), or has it one of its own (own)?',
    why: 'What is tested on another shape is not what users get.',
    kind: 'choice',
    environment: 'before-last',
    options: [
      {
        value: 'mirrors',
        label: 'it mirrors the last one',
        means: 'each difference is written with a reason',
      },
      { value: 'own', label: 'it has a shape of its own', means: 'nothing keeps the two alike' },
    ],
    default: { value: 'own', because: 'nothing says that it mirrors another one' },
    suggest: 'mirrors',
    settles: {
      spec: [
        {
          path: 'environments.{environment}.mirrors',
          write: 'option',
          options: { mirrors: '{last}', own: null },
        },
      ],
      statements: [{ says: 'Shape of {environment}: {answer}; {means}.' }],
    },
  },
  {
    id: 'environments.test-data',
    section: 'environments',
    ask: 'Which data do environments before the last one work with?',
    again: 'Made up, anonymised, or copied from users as it is?',
    why: 'Copied data of users brings their rights with it, and the rules for them.',
    kind: 'choice',
    options: [
      { value: 'synthetic', label: 'made up', means: "no rule about people's data applies to tests" },
      { value: 'anonymised', label: 'anonymised', means: 'somebody has to show that nobody can be told' },
      {
        value: 'copied',
        label: 'copied from users',
        means: 'every environment is under the rules of the last one',
      },
    ],
    default: { value: 'synthetic', because: 'nothing says that data of users is used for tests' },
    settles: { statements: [{ says: 'Data in environments before the last one: {answer}; {means}.' }] },
  },
];
