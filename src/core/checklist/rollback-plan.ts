import { cellOf, donePart, type Part, part } from './cell.ts';
import type { Cell } from './checklist.ts';
import type { CellFacts, StageFacts } from './facts.ts';
import { answering } from './file-remedy.ts';
import { seenIn, standing } from './observation.ts';
import { stagePart } from './stage-part.ts';

const rehearsal = 'rollback-rehearsal';

/** Whether one could go back now, and whether going back was tried with this release. */
export function rollbackPlan(facts: CellFacts): Cell {
  const parts = [readinessPart(facts), rehearsalPart(facts)];
  const where = byWorth(rehearsedIn(facts), facts.environment.name)?.environment ?? '';
  return cellOf(parts, `going back would work, and was rehearsed with this release in ${where}`);
}

function readinessPart(facts: CellFacts): Part {
  const { wayBack, environment, goOn } = facts;
  if (wayBack === null) {
    const reason = `this release has no users in ${environment.name} yet`;
    return part('readiness', 'pending', reason, { next: goOn });
  }
  if (wayBack.isFirst) {
    return part('readiness', 'not-applicable', 'nothing was live before: there is nothing to go back to');
  }
  const reason = wayBack.reasons.join('; ');
  if (!wayBack.isReady) return part('readiness', 'failed', reason, { next: 'deployer status' });
  return donePart('readiness', reason, { evidence: readyEvidence(facts) });
}

/** What was seen of the same way back; that something was switched once says nothing of it. */
function readyEvidence({ place: newest, deployment, nowMs }: CellFacts): readonly string[] {
  const place = standing(newest, nowMs);
  if (place === null) return [];
  const seen = place.observation.waysBack.find((each) => each.deployment === deployment?.id);
  return seen?.isReady === true ? seenIn(place).evidence : [];
}

/** In any environment: what is tried is the release and how the edge moves users, which are the same everywhere. */
function rehearsalPart(facts: CellFacts): Part {
  const { definition, environment } = facts;
  const best = byWorth(rehearsedIn(facts), environment.name);
  if (best !== null) return stagePart(facts, 'rehearsal', best);
  const own = definition.environments.map((each) => (each.name === environment.name ? environment : each));
  const planned = own.find(({ policy }) => policy.gates.includes(rehearsal));
  if (planned === undefined) {
    const next = answering('rollback.rehearsal', 'yes');
    return part('rehearsal', 'undecided', `no list of gates names ${rehearsal}`, { next });
  }
  const reason = `going back is rehearsed in ${planned.name}, and was not yet with this release`;
  return part('rehearsal', 'pending', reason, { next: facts.goOn });
}

function rehearsedIn({ stages }: CellFacts): readonly StageFacts[] {
  return stages.filter(({ kind }) => kind === rehearsal);
}

/** What was seen here says more than what was seen elsewhere; a pass elsewhere says more than an open one here. */
function byWorth(rehearsed: readonly StageFacts[], environment: string): StageFacts | null {
  const here = rehearsed.find((stage) => stage.environment === environment);
  if (here !== undefined && here.state !== 'running') return here;
  return rehearsed.find(({ state }) => state === 'passed') ?? here ?? rehearsed.at(-1) ?? null;
}
