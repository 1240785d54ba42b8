import { readsOwnState } from './agent.ts';
import { lastIsApproved, peopleOnce, somebodyApproves } from './approval.ts';
import { checksAreSuites, complianceOrNone, requiredCanBeMet } from './checklist.ts';
import {
  acyclicNeeds,
  fittingHealth,
  knownNeeds,
  onePublicComponent,
  oneSource,
  overlapOfWorkers,
  servingPublicComponent,
  singleNeeds,
  usableNeeds,
} from './components.ts';
import { addressesAreSet, valuesAsWritten } from './env.ts';
import {
  certificateWithKey,
  edgePortsDiffer,
  keptAsLongAsWatched,
  overridesAreForComponents,
  someEnvironment,
  triggerToEnvironment,
  watchHasLimits,
} from './environments.ts';
import { alsoStaysInRepository, bodyExists, certificatesExist, foldersExist } from './files.ts';
import { oneWayNamesFiles } from './migrations.ts';
import { alertsAreHeard, alertsAreInEnvironments, memoryHasLimits, receiversOnce } from './monitoring.ts';
import { namesAreSafe, variablesAreSettable } from './keys.ts';
import { dataFolderIsSet, oneReplica, residentNeeds, residentsStand } from './residents.ts';
import { differencesHaveReasons, differsIsUsed, mirrorsAnOriginal, oneArtifactKind } from './mirrors.ts';
import { laterComponents, laterTargets } from './not-yet.ts';
import type { Rule } from './rule.ts';
import { secretsAreReferences, secretsStandInEnv } from './secrets.ts';
import {
  buildGatesAreSuites,
  gatesAreKnown,
  loadHasLimits,
  noWritingAmongUsers,
  suiteNamesAreFree,
  suitesAreListed,
} from './tests.ts';

interface DocumentedRule {
  /** What it asks for, as the manual says it. */
  readonly says: string;
  readonly judge: Rule;
}

/** Every rule across fields. A new one is a function and an entry here. */
export const rules: readonly DocumentedRule[] = [
  { judge: namesAreSafe, says: 'Components, environments and suites have names as described above.' },
  {
    judge: variablesAreSettable,
    says: 'Keys of `env` are names of variables, and not `PORT`, `HOST` or `DEPLOYER_*`.',
  },
  { judge: onePublicComponent, says: 'Exactly one component is public.' },
  {
    judge: servingPublicComponent,
    says: 'The public component has a `port` and runs before it is live, so that it can be tested.',
  },
  {
    judge: oneSource,
    says: 'A component has either `path` or `image`; `build`, `dockerfile` and `exclude` belong to `path`.',
  },
  { judge: knownNeeds, says: '`needs` names components of this file, not roles.' },
  { judge: singleNeeds, says: '`needs` names a component once.' },
  { judge: acyclicNeeds, says: '`needs` never goes round in a circle.' },
  {
    judge: usableNeeds,
    says: 'What is needed runs as long as what needs it: an `always` component cannot need a `when-live` one. Needing a component without a port is a warning: it only orders the start.',
  },
  {
    judge: fittingHealth,
    says: '`health.ready` and `health.live` belong to components with a port, `health.run` to those without.',
  },
  { judge: overlapOfWorkers, says: '`overlap` belongs to components that are `when-live`.' },
  {
    judge: residentsStand,
    says: 'A component with `scope: environment` is neither public nor `when-live`: it is outside switch and rollback.',
  },
  {
    judge: residentNeeds,
    says: 'A component with `scope: environment` needs only others of that scope, as deployments come and go.',
  },
  { judge: dataFolderIsSet, says: 'Deployer sets `DATA_DIR` of a component with `scope: environment`.' },
  { judge: oneReplica, says: 'A component with `scope: environment` has one replica.' },
  { judge: readsOwnState, says: 'An agent reads the state version that it writes.' },
  {
    judge: suiteNamesAreFree,
    says: 'A suite does not have the name of a stage (`build`, `approval`, `switch`, …).',
  },
  {
    judge: buildGatesAreSuites,
    says: '`build.gates` names suites, each once; gates that need a deployment are for environments.',
  },
  {
    judge: gatesAreKnown,
    says: '`gates` of an environment names suites, `performance` (when `tests.performance` is there), `rollback-rehearsal` and `uat`, each once.',
  },
  { judge: noWritingAmongUsers, says: 'A suite that writes is no gate where users are external.' },
  {
    judge: suitesAreListed,
    says: 'A suite or load test that no list of gates names is a warning: it never runs.',
  },
  { judge: loadHasLimits, says: 'A load test without limits is a warning: it can only pass.' },
  { judge: someEnvironment, says: 'There is at least one environment.' },
  { judge: triggerToEnvironment, says: '`trigger.to` names an environment.' },
  { judge: overridesAreForComponents, says: '`components` of an environment names components of this file.' },
  { judge: edgePortsDiffer, says: 'No two environments have the same `edge.port`.' },
  { judge: certificateWithKey, says: '`edge.cert` and `edge.key` come together.' },
  {
    judge: keptAsLongAsWatched,
    says: 'A `keepPrevious` shorter than the watch is a warning; the former deployment is kept to the end of the watch.',
  },
  { judge: watchHasLimits, says: 'A watch without limits is a warning: it would never go back.' },
  {
    judge: lastIsApproved,
    says: 'The last environment has `approval`: with approvers, or with `none` and the reason.',
  },
  {
    judge: somebodyApproves,
    says: 'Where approval is asked, at least `count` people may give it; `none` stands without `count` and `approvers`.',
  },
  { judge: peopleOnce, says: 'Approvers, testers and scenarios are named once.' },
  { judge: mirrorsAnOriginal, says: '`mirrors` names another environment that mirrors none.' },
  {
    judge: differencesHaveReasons,
    says: 'Each own shape key of a mirroring environment has a reason in `differs`, under its dotted path or that of a mapping around it. References to secrets need none while only their path differs.',
  },
  { judge: differsIsUsed, says: 'A reason in `differs` for what does not differ is a warning.' },
  {
    judge: oneArtifactKind,
    says: 'All environments run one kind of artifact (`process` bundles; `docker` and `kubernetes` images), unless `differs.artifact` says why not.',
  },
  {
    judge: valuesAsWritten,
    says: 'Numbers and booleans in `env` come out as they are written; `3.10` needs quotes.',
  },
  { judge: addressesAreSet, says: '`env` does not set the `<COMPONENT>_URL` of a needed component.' },
  {
    judge: secretsAreReferences,
    says: 'A reference to a secret is the whole value of a variable or `webhook`; its provider is `local`, its version, if it names one, a whole number.',
  },
  {
    judge: secretsStandInEnv,
    says: 'References to secrets stand in `env`, or as a `webhook` of `monitoring.notify`, and nowhere else.',
  },
  { judge: alertsAreInEnvironments, says: '`monitoring.alerts.environments` names environments, each once.' },
  { judge: receiversOnce, says: 'A receiver of `monitoring.notify` is named once.' },
  {
    judge: alertsAreHeard,
    says: 'Limits of `monitoring.alerts` without `monitoring.notify` are a warning: only who looks sees them.',
  },
  {
    judge: memoryHasLimits,
    says: '`monitoring.alerts.memory` where no component has a memory limit is a warning: it cannot be judged.',
  },
  { judge: alsoStaysInRepository, says: '`also` stays inside the repository.' },
  {
    judge: oneWayNamesFiles,
    says: 'A `contract` or `irreversible` migration without `files` is a warning: every commit would run it again, and cut the way back.',
  },
  { judge: checksAreSuites, says: '`compliance.checks` names suites, each once.' },
  { judge: complianceOrNone, says: '`compliance.none` stands without `frameworks` and `checks`.' },
  {
    judge: requiredCanBeMet,
    says: '`requires` names items once, and not `code-deployment`; one that nothing here can meet is a warning.',
  },
  { judge: foldersExist, says: 'The folder of each component exists.' },
  { judge: bodyExists, says: 'A missing body of the load test is a warning: `tests.setup` may write it.' },
  { judge: certificatesExist, says: 'Certificate files with relative paths exist.' },
  { judge: laterComponents, says: 'Not yet: `image`.' },
  { judge: laterTargets, says: 'Not yet: `target: docker`, `target: kubernetes`.' },
];
