import { readsOwnState } from './agent.ts';
import { lastIsApproved, peopleOnce, somebodyApproves } from './approval.ts';
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
import { differencesHaveReasons, differsIsUsed, mirrorsAnOriginal, oneArtifactKind } from './mirrors.ts';
import { laterComponents, laterSecrets, laterSections, laterTargets } from './not-yet.ts';
import type { Rule } from './rule.ts';
import {
  buildGatesAreSuites,
  gatesAreKnown,
  loadHasLimits,
  noWritingAmongUsers,
  suiteNamesFree,
  suitesAreListed,
} from './tests.ts';

/** Every rule across fields. A new one is a function and a line here. */
export const rules: readonly Rule[] = [
  onePublicComponent,
  oneSource,
  knownNeeds,
  singleNeeds,
  acyclicNeeds,
  usableNeeds,
  fittingHealth,
  servingPublicComponent,
  overlapOfWorkers,
  readsOwnState,
  suiteNamesFree,
  buildGatesAreSuites,
  gatesAreKnown,
  noWritingAmongUsers,
  suitesAreListed,
  loadHasLimits,
  someEnvironment,
  triggerToEnvironment,
  overridesAreForComponents,
  edgePortsDiffer,
  certificateWithKey,
  keptAsLongAsWatched,
  watchHasLimits,
  lastIsApproved,
  somebodyApproves,
  peopleOnce,
  mirrorsAnOriginal,
  differencesHaveReasons,
  differsIsUsed,
  oneArtifactKind,
  valuesAsWritten,
  addressesAreSet,
  alsoStaysInRepository,
  foldersExist,
  bodyExists,
  certificatesExist,
  laterSections,
  laterComponents,
  laterTargets,
  laterSecrets,
];
