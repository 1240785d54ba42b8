import { expect, test } from 'vitest';

import { listingOf } from '../../test/init/shapes/listing-of.ts';
import { surroundingsOf } from './findings/surroundings.ts';
import { repositoryAnswers } from './repository-answers.ts';

const manifest = 'apiVersion: apps/v1\nkind: Deployment\n';
const compose = 'services: { app: { build: . } }\n';

function saidBy(files: Readonly<Record<string, string>>): readonly string[] {
  const found = repositoryAnswers(surroundingsOf(listingOf(files), { branch: null }), '2026-11-30T17:00:00Z');
  return found.map(({ question, value, where, isSure, fits }) =>
    [question, String(value), where, isSure ? 'sure' : 'likely', ...(fits ?? [])].join(' '),
  );
}

test.each<[what: string, files: Readonly<Record<string, string>>, said: readonly string[]]>([
  ['one CI tool is sure', { '.gitlab-ci.yml': 'x' }, ['pipeline.ci gitlab-ci .gitlab-ci.yml sure']],
  [
    'of two CI tools neither is',
    { '.gitlab-ci.yml': 'x', Jenkinsfile: 'x' },
    ['pipeline.ci gitlab-ci .gitlab-ci.yml likely'],
  ],
  [
    'manifests go with nothing but Kubernetes, a compose file beside them says nothing',
    { 'k8s/app.yaml': manifest, 'compose.yaml': compose },
    [
      'infrastructure.place kubernetes k8s/app.yaml likely kubernetes',
      'infrastructure.orchestration kubernetes k8s/app.yaml likely kubernetes',
    ],
  ],
  [
    'a chart does as well',
    { 'chart/Chart.yaml': 'name: x' },
    [
      'infrastructure.place kubernetes chart/Chart.yaml likely kubernetes',
      'infrastructure.orchestration kubernetes chart/Chart.yaml likely kubernetes',
    ],
  ],
  [
    'a compose file goes with all but Kubernetes',
    { 'compose.yaml': compose },
    [
      'infrastructure.place docker compose.yaml likely docker process',
      'infrastructure.orchestration compose compose.yaml likely compose deployer ecs nomad',
    ],
  ],
])('%s', (_what, files, said) => {
  expect(saidBy(files)).toEqual(said);
});
