import { count } from '../figures.ts';
import { cellOf, donePart, type Part, part } from './cell.ts';
import type { Cell } from './checklist.ts';
import type { CellFacts, MonitoringFacts } from './facts.ts';
import { standing } from './observation.ts';

/** Figures this old say that nobody reads them. */
const figuresLastMs = 5 * 60_000;

/** Figures are read, rules judge them, and a test alert has reached whoever is to be told. */
export function monitoringSetup(facts: CellFacts): Cell {
  const { monitoring } = facts;
  if (monitoring === null)
    return cellOf([part('alert rules', 'undecided', 'no alert rule is configured')], '');
  const parts = [figuresPart(facts, monitoring), rulesPart(facts, monitoring), testPart(facts, monitoring)];
  return cellOf(
    parts,
    `figures are read, ${count(monitoring.rules, 'rule')} judge, and a test alert arrived`,
  );
}

function figuresPart(facts: CellFacts, { figuresAt }: MonitoringFacts): Part {
  const { deployment, goOn, nowMs, environment } = facts;
  if (deployment === null) {
    return part('figures', 'pending', `nothing runs in ${environment.name} yet`, { next: goOn });
  }
  const isFresh = figuresAt !== null && nowMs - Date.parse(figuresAt) <= figuresLastMs;
  if (!isFresh) {
    const since = figuresAt === null ? 'no figures were read' : `no figures were read since ${figuresAt}`;
    return part('figures', 'undecided', since, { at: figuresAt, next: 'deployer doctor' });
  }
  // Figures come and go; that the edge and the replicas could be asked for them is in what was seen of the place.
  const evidence = standing(facts.place, nowMs)?.evidence ?? null;
  const seen = { at: figuresAt, evidence: evidence === null ? [] : [evidence] };
  return donePart('figures', 'figures of edge and replicas are read', seen);
}

function rulesPart(
  { environment, place, nowMs, goOn }: CellFacts,
  { rules, loaded, receivers }: MonitoringFacts,
): Part {
  if (rules === 0) return part('alert rules', 'undecided', `no alert rule judges ${environment.name}`);
  if (receivers === 0)
    return part('alert rules', 'undecided', 'nobody is told: `monitoring.notify` is empty');
  if (loaded < rules) {
    const reason = `${loaded} of ${count(rules, 'rule')} judge ${environment.name}: others are in force there`;
    return part('alert rules', 'pending', reason, { next: goOn });
  }
  const evidence = standing(place, nowMs)?.evidence ?? null;
  const reason = `${count(rules, 'rule')}, ${count(receivers, 'receiver')}`;
  return donePart('alert rules', reason, { evidence: evidence === null ? [] : [evidence] });
}

function testPart({ environment }: CellFacts, { test }: MonitoringFacts): Part {
  const next = `deployer alerts test ${environment.name}`;
  if (test === null)
    return part('test alert', 'pending', 'no test alert was sent under these rules', { next });
  const seen = { at: test.at, evidence: [test.evidence] };
  if (test.failed !== null) {
    return part('test alert', 'failed', `the test alert did not arrive: ${test.failed}`, { ...seen, next });
  }
  return donePart('test alert', 'a test alert arrived', seen);
}
