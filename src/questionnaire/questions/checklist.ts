import { checklistItems } from '../../core/checklist/checklist.ts';
import type { Question } from '../question.ts';

export const checklistQuestions: readonly Question[] = [
  {
    id: 'checklist.documentation',
    section: 'checklist',
    ask: 'Which files are the documentation for users?',
    again: 'Paths or globs in the repository, separated by commas, such as docs/**/*.md?',
    why: 'They are looked for in each release, and their links are followed.',
    kind: 'many',
    limits: { form: 'glob', min: 1, max: 50 },
    default: {
      value: null,
      because: 'no files are named',
      meanwhile: 'Where the documentation for users is has not been said.',
    },
    settles: {
      spec: [{ path: 'documentation.files', write: 'value' }],
      statements: [{ says: 'Documentation for users: {answer}.' }],
    },
  },
  {
    id: 'checklist.interface',
    section: 'checklist',
    ask: 'Which files say how others call it?',
    again: 'Paths or globs of schemas, OpenAPI files or routes, separated by commas?',
    why: 'When they change and the documentation does not, it is out of date.',
    kind: 'many',
    limits: { form: 'glob', min: 1, max: 50 },
    applies: { question: 'checklist.documentation', is: ['*'] },
    default: {
      value: null,
      because: 'no files are named',
      meanwhile: 'Which files say how others call it has not been said.',
    },
    settles: {
      spec: [{ path: 'documentation.interface', write: 'value' }],
      statements: [{ says: 'Files that say how others call it: {answer}.' }],
    },
  },
  {
    id: 'checklist.requires',
    section: 'checklist',
    ask: 'Which items of the checklist must be done before users get a release?',
    again: 'All of those listed that must be done or waived in the last environment, or `none`?',
    why: 'A required item that is not done holds the release back.',
    kind: 'many',
    environment: 'last',
    // Code is always deployed before users get it; requiring it would hold every release.
    options: checklistItems
      .filter(({ id }) => id !== 'code-deployment')
      .map(({ id, title }) => ({ value: id, label: title, means: 'must be done' })),
    default: {
      value: null,
      because: 'no item is required',
      meanwhile: 'No item of the checklist is required in {environment}.',
    },
    settles: {
      spec: [{ path: 'environments.{environment}.requires', write: 'value' }],
      statements: [{ says: 'Items of the checklist that are required in {environment}: {answer}.' }],
    },
  },
];
