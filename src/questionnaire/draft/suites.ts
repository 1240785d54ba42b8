import { inFolder, within } from '../findings/listing.ts';
import { type FoundSuite, type Package, type SuiteKind, suiteKinds } from '../findings/package.ts';
import { shellWord } from '../findings/shell-word.ts';
import type { Survey } from '../findings/survey.ts';
import type { DraftSuite } from './draft.ts';

export interface DraftTests {
  readonly setup: string | null;
  readonly suites: readonly DraftSuite[];
}

interface PackageSuite {
  readonly own: Package;
  readonly suite: FoundSuite;
}

/** Where its tests are told how to reach what they test, under another name than Deployer's. */
const addressVariable =
  /(?:process\.env\.|environ(?:\.get)?[([]\s*["']|[gG]etenv\(\s*["'])((?:PLAYWRIGHT_|TEST_|E2E_)?(?:BASE|API|APP|SERVICE|SERVER|TARGET)_(?:BASE_)?URL)\b/;

/** The suites of a repository, one of each kind, and what has to be there before they run. */
export function testsOf(found: Survey): DraftTests {
  const suites = suiteKinds.flatMap((kind) => {
    const used = suitesOf(found, kind);
    return used.length === 0 ? [] : [{ kind, used }];
  });
  const tested = new Set(suites.flatMap(({ used }) => used.map(({ own }) => own)));
  return {
    setup: setupOf([...tested]),
    suites: suites.map(({ kind, used }) => draftSuite(found, kind, used)),
  };
}

/** Tests at the root are those of the whole; without any, each folder's own. */
function suitesOf({ packages }: Survey, kind: SuiteKind): readonly PackageSuite[] {
  const all = packages.flatMap((own) =>
    own.suites.filter((suite) => suite.kind === kind).map((suite) => ({ own, suite })),
  );
  const root = all.find(({ own }) => own.folder === '.');
  return root === undefined ? all : [root];
}

function draftSuite(found: Survey, kind: SuiteKind, used: readonly PackageSuite[]): DraftSuite {
  const [first] = used;
  const isLone = used.length === 1 && first !== undefined;
  const report =
    isLone && first.suite.report !== null ? inFolder(first.own.folder, first.suite.report) : null;
  const commands = used.map(({ own, suite }) =>
    inItsFolder(own.folder, isLone ? suite.run.value : suite.plain),
  );
  const asks = kind === 'unit' ? null : addressIn(found, used);
  const command =
    commands.length === 1 ? (commands[0] ?? '') : commands.map((each) => `(${each})`).join(' && ');
  return {
    name: kind,
    run: asks === null || asks === 'DEPLOYER_URL' ? command : `export ${asks}="$DEPLOYER_URL" && ${command}`,
    report,
    remarks:
      kind !== 'unit' && asks === null
        ? ['It does not read DEPLOYER_URL, the address of what is tested: it tests what it starts itself.']
        : [],
  };
}

/** Null: none of its tests reads an address. */
function addressIn({ listing }: Survey, used: readonly PackageSuite[]): string | null {
  for (const { path } of listing.files) {
    if (!/(?:test|spec|e2e|playwright|cypress)/i.test(path) || !/\.(?:[cm]?[jt]s|py)$/.test(path)) continue;
    if (!used.some(({ own }) => own.folder === '.' || within(own.folder, path) !== null)) continue;
    const text = listing.read(path) ?? '';
    if (text.includes('DEPLOYER_URL')) return 'DEPLOYER_URL';
    const variable = addressVariable.exec(text)?.[1];
    if (variable !== undefined) return variable;
  }
  return null;
}

function inItsFolder(folder: string, command: string): string {
  return folder === '.' ? command : `cd ${shellWord(folder)} && ${command}`;
}

/** What tests need beside what runs: a build has left that out, or put it where only the program looks. */
function setupOf(tested: readonly Package[]): string | null {
  const steps = new Set(
    tested.flatMap((own) => {
      return own.setup === null ? [] : [inItsFolder(own.home, own.setup)];
    }),
  );
  if (steps.size <= 1) return [...steps][0] ?? null;
  return [...steps].map((step) => (step.startsWith('cd ') ? `(${step})` : step)).join(' && ');
}
