import { placeText } from './findings/finding.ts';
import type { Surroundings } from './findings/surroundings.ts';
import type { AnswerValue } from './question.ts';
import type { FoundAnswer } from './settlement.ts';

interface Said {
  readonly question: string;
  readonly value: AnswerValue | null | undefined;
  readonly where: string | null | undefined;
  readonly isSure: boolean;
  readonly fits?: readonly string[];
}

const ciTools = ['github-actions', 'gitlab-ci', 'jenkins'];
const databases: readonly (readonly [value: string, image: RegExp])[] = [
  ['postgresql', /(?:^|\/)(?:postgres|postgis|pgvector|timescaledb)\b/],
  ['mysql', /(?:^|\/)(?:mysql|mariadb)\b/],
  ['other', /(?:^|\/)(?:mongo|cassandra|couchdb|cockroach|neo4j)\b/],
];

/** What a look at a folder says to questions of the questionnaire, at the time (ISO 8601) that it was made. */
export function repositoryAnswers(found: Surroundings, at: string): readonly FoundAnswer[] {
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
      // Of two tools nobody knows which one is on its way out.
      isSure: found.ci.length === 1,
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
    ...runningSaid(found),
  ];
  return said.flatMap(({ question, value, where, ...rest }) =>
    value === null || value === undefined ? [] : [{ question, value, where: where ?? '.', at, ...rest }],
  );
}

/**
 * What other files run the same components with. Deployer may well run them in another way, so it is not assumed; but
 * an answer that goes with none of it is a second truth. A compose file beside manifests is for one's own machine.
 */
function runningSaid({ infrastructure, services }: Surroundings): readonly Said[] {
  const cluster = infrastructure.find(({ value }) => ['kubernetes', 'helm', 'kustomize'].includes(value));
  if (cluster !== undefined) {
    const said = { value: 'kubernetes', where: cluster.paths[0], isSure: false, fits: ['kubernetes'] };
    return ['infrastructure.place', 'infrastructure.orchestration'].map((question) => ({
      question,
      ...said,
    }));
  }
  const [service] = services;
  if (service === undefined) return [];
  const where = service.at.path;
  return [
    {
      question: 'infrastructure.place',
      value: 'docker',
      where,
      isSure: false,
      fits: ['docker', 'process'],
    },
    {
      question: 'infrastructure.orchestration',
      value: 'compose',
      where,
      isSure: false,
      fits: ['compose', 'deployer', 'ecs', 'nomad'],
    },
  ];
}
