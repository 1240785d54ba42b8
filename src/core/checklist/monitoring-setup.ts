import { count } from '../texts/figures.ts';
import { cellOf, donePart, type Part, part } from './cell.ts';
import type { Cell } from './checklist.ts';
import type { CellFacts, MonitoringFacts } from './facts.ts';
import { answering } from './file-remedy.ts';
import { areFresh, seenIn, type SeenMonitoring, standing } from './observation.ts';
import { stageIn } from './stage-part.ts';

/** Figures are read, rules judge them, and a test alert has reached whoever is to be told. */
export function monitoringSetup(facts: CellFacts): Cell {
  const { monitoring, environment } = facts;
  const next = answering('rollback.alert-errors', '2%');
  if (monitoring === null)
    return cellOf([part('alert rules', 'undecided', 'no alert rule is configured', { next })], '');
  // Without a rule there is no figure to be read, and nothing to try.
  if (monitoring.rules === 0)
    return cellOf([part('alert rules', 'undecided', `no alert rule judges ${environment.name}`)], '');
  const parts = [figuresPart(facts, monitoring), rulesPart(facts, monitoring), testPart(facts, monitoring)];
  const { rules } = monitoring;
  const how = facts.judges === 'now' ? 'figures are read, ' : '';
  const judging = facts.judges === 'now' ? 'judge' : 'will judge';
  return cellOf(parts, `${how}${count(rules, 'rule')} ${judging}, and a test alert arrived`);
}

/** Within it every rule has been looked at several times; what users came to a moment ago need not have been. */
const firstLooksMs = 30_000;

/** Before the switch nothing of a release is judged yet; what it defines, and who is told, can be tried. */
function figuresPart(facts: CellFacts, { figuresAt, liveSince, section }: MonitoringFacts): Part {
  const { deployment, goOn, nowMs, environment, judges } = facts;
  if (judges === 'before-switch') {
    return part('figures', 'not-applicable', `${environment.name} is judged by these rules after the switch`);
  }
  if (deployment === null) {
    return part('figures', 'pending', `nothing runs in ${environment.name} yet`, { next: goOn });
  }
  if (figuresAt === null && liveSince !== null && nowMs - Date.parse(liveSince) < firstLooksMs) {
    return part('figures', 'pending', 'users came to it a moment ago, and no figures were read yet', {
      at: liveSince,
      next: 'deployer checklist',
    });
  }
  if (!areFresh(figuresAt, nowMs)) {
    const since = figuresAt === null ? 'no figures were read' : `no figures were read since ${figuresAt}`;
    return part('figures', 'undecided', since, { at: figuresAt, next: 'deployer doctor' });
  }
  const { monitoring, evidence } = seenOf(facts);
  const wereRead = monitoring?.section === section && monitoring.figuresAt !== null;
  const seen = { at: figuresAt, evidence: wereRead ? evidence : [] };
  return donePart('figures', 'figures of edge and replicas are read', seen);
}

function rulesPart(facts: CellFacts, { rules, loaded, receivers, section }: MonitoringFacts): Part {
  const { environment, goOn, judges } = facts;
  if (receivers === 0)
    return part('alert rules', 'undecided', 'nobody is told: `monitoring.notify` is empty', {
      next: answering('rollback.notify', '<urls>'),
    });
  const reason = `${count(rules, 'rule')}, ${count(receivers, 'receiver')}`;
  if (judges === 'before-switch') {
    // They are part of what was packaged, and come into force with the switch.
    return donePart('alert rules', reason, { evidence: stageIn(facts, null, 'package')?.evidence ?? [] });
  }
  if (loaded < rules) {
    const others = `${loaded} of ${count(rules, 'rule')} judge ${environment.name}: others are in force there`;
    return part('alert rules', 'pending', others, { next: goOn });
  }
  const { monitoring, evidence } = seenOf(facts);
  const areSeen = monitoring?.section === section && monitoring.rules >= rules;
  return donePart('alert rules', reason, { evidence: areSeen ? evidence : [] });
}

/** What was seen of the rules in force, and the evidence that says so. */
function seenOf({ place: newest, nowMs }: CellFacts): {
  readonly monitoring: SeenMonitoring | null;
  readonly evidence: readonly string[];
} {
  const place = standing(newest, nowMs);
  if (place === null) return { monitoring: null, evidence: [] };
  return { monitoring: place.observation.monitoring, evidence: seenIn(place).evidence };
}

function testPart({ environment }: CellFacts, { test }: MonitoringFacts): Part {
  const next = `deployer alerts --test ${environment.name}`;
  if (test === null)
    return part('test alert', 'pending', 'no test alert was sent under these rules', { next });
  const seen = { at: test.at, evidence: [test.evidence] };
  if (test.failed !== null) {
    return part('test alert', 'failed', `the test alert did not arrive: ${test.failed}`, { ...seen, next });
  }
  return donePart('test alert', 'a test alert arrived', seen);
}
