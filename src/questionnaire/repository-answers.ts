import { placeText } from './findings/finding.ts';
import type { Survey } from './findings/survey.ts';
import type { AnswerValue } from './question.ts';
import type { FoundAnswer } from './settlement.ts';

interface Said {
  readonly question: string;
  readonly value: AnswerValue | null | undefined;
  readonly where: string | null | undefined;
  readonly isSure: boolean;
}

const ciTools = ['github-actions', 'gitlab-ci', 'jenkins'];
const databases: readonly (readonly [value: string, image: RegExp])[] = [
  ['postgresql', /(?:^|\/)(?:postgres|postgis|pgvector|timescaledb)\b/],
  ['mysql', /(?:^|\/)(?:mysql|mariadb)\b/],
  ['other', /(?:^|\/)(?:mongo|cassandra|couchdb|cockroach|neo4j)\b/],
];

/** What a survey says to questions of the questionnaire, at the time (ISO 8601) that it was made. */
export function repositoryAnswers(found: Survey, at: string): readonly FoundAnswer[] {
  const ci = found.ci[0];
  const iac = found.infrastructure.find(({ value }) =>
    ['terraform', 'pulumi', 'cloudformation'].includes(value),
  );
  const database = databases.flatMap(([value, image]) => {
    const service = found.services.find((each) => image.test(each.image ?? ''));
    return service === undefined ? [] : [{ value, where: placeText(service.at) }];
  })[0];
  const documents = found.documents.map(({ value }) => value);
  const said: readonly Said[] = [
    {
      question: 'pipeline.ci',
      value: ci === undefined ? null : ciTools.includes(ci.value) ? ci.value : 'other',
      where: ci?.paths[0],
      isSure: true,
    },
    { question: 'pipeline.branch', value: found.branch, where: '.git', isSure: false },
    { question: 'infrastructure.iac', value: iac?.value, where: iac?.paths[0], isSure: true },
    { question: 'infrastructure.database', value: database?.value, where: database?.where, isSure: false },
    {
      question: 'checklist.documentation',
      value: documents.length === 0 ? null : documents,
      where: found.documents[0]?.at.path,
      isSure: false,
    },
  ];
  return said.flatMap(({ question, value, where, isSure }) =>
    value === null || value === undefined ? [] : [{ question, value, where: where ?? '.', at, isSure }],
  );
}
