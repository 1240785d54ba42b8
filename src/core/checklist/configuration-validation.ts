import { count } from '../texts/figures.ts';
import { cellOf, donePart, type Part, part } from './cell.ts';
import type { Cell } from './checklist.ts';
import { driftOf } from './drift.ts';
import type { CellFacts } from './facts.ts';
import { seenIn, standing } from './observation.ts';
import { canContradict } from './place-change.ts';
import { stageIn, stagePart } from './stage-part.ts';

/** The spec is valid, environments differ only with reasons, secrets are there, and exactly this was prepared once. */
export function configurationValidation(facts: CellFacts): Cell {
  const parts = [schemaPart(facts), parityPart(facts), referencesPart(facts), dryRunPart(facts)];
  const drift = driftPart(facts);
  return cellOf(
    drift === null ? parts : [...parts, drift],
    'valid, with references that resolve, and prepared with exactly this',
  );
}

/** Only what loads and keeps its rules is packaged: the release itself says that it was valid. */
function schemaPart(facts: CellFacts): Part {
  const packaged = stageIn(facts, null, 'package');
  if (packaged?.state !== 'passed') {
    return part('schema', 'pending', 'nothing was released yet', { next: facts.goOn });
  }
  const { endedAt: at, evidence } = packaged;
  return donePart('schema', 'deployer.yaml was valid when it was released', { at, evidence });
}

function parityPart(facts: CellFacts): Part {
  const { mirrors, differs } = facts.environment;
  if (mirrors === null) return part('parity', 'not-applicable', 'it mirrors no other environment');
  const packaged = stageIn(facts, null, 'package');
  if (packaged?.state !== 'passed') {
    return part('parity', 'pending', 'nothing was released yet', { next: facts.goOn });
  }
  const reasons = Object.keys(differs).length;
  const text =
    reasons === 0 ? `as ${mirrors}` : `as ${mirrors}, ${count(reasons, 'difference')} with a reason`;
  return donePart('parity', text, { at: packaged.endedAt, evidence: packaged.evidence });
}

function referencesPart(facts: CellFacts): Part {
  const { named, unset } = facts.secrets;
  if (named === 0) return part('references', 'not-applicable', 'it names no secret');
  const [first] = unset;
  if (first !== undefined) {
    const reason = `not set, or revoked: ${unset.join(', ')}`;
    return part('references', 'failed', reason, { next: `deployer secret set ${first}` });
  }
  const prepared = stageIn(facts, facts.environment.name, 'prepare');
  const text = `${count(named, 'secret')} ${named === 1 ? 'is' : 'are'} set`;
  if (prepared?.state !== 'passed') return part('references', 'pending', text, { next: facts.goOn });
  return donePart('references', text, { at: prepared.endedAt, evidence: prepared.evidence });
}

/** Preparing a candidate is the dry run: everything is started with it, and no user has it yet. */
function dryRunPart(facts: CellFacts): Part {
  const { name } = facts.environment;
  const prepared = stagePart(facts, 'dry run', stageIn(facts, name, 'prepare'));
  if (prepared.status !== 'done') return prepared;
  const verified = stagePart(facts, 'dry run', stageIn(facts, name, 'verify'));
  return { ...verified, evidence: [...prepared.evidence, ...verified.evidence] };
}

function driftPart(facts: CellFacts): Part | null {
  const { deployment, environment } = facts;
  const place = standing(facts.place, facts.nowMs);
  if (place === null || deployment === null || !deployment.isStable) return null;
  if (!canContradict(place, facts)) return null;
  const found = driftOf({ deployment }, place.observation).filter(({ kind }) => kind === 'configuration');
  if (found.length === 0) return null;
  const reason = found.map(({ observed }) => observed).join('; ');
  const next = `deployer logs ${environment.name}`;
  return part('drift', 'failed', reason, { ...seenIn(place), next });
}
