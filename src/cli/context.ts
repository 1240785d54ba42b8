import type { BuildInfo } from '../lib/build-info.ts';
import type { Home } from '../lib/home.ts';
import type { StandardInput, Terminal } from './output/terminal.ts';
import type { ServerVerbs } from './server-verbs.ts';
import type { VerbDescription } from './verb-description.ts';

/** What every verb is given: where it was called, by whom, and where it may write. */
export interface Context {
  /** Absolute. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly terminal: Terminal;
  readonly stdin: StandardInput;
  /** Stdout is JSON only; notices go to stderr, and nothing prompts. */
  readonly isJson: boolean;
  /** `--integration`. */
  readonly integration: string | null;
  readonly home: Home;
  readonly build: BuildInfo;
  /** Aborts on Ctrl-C, SIGTERM and SIGHUP. */
  readonly signal: AbortSignal;
  /** Every verb there is, for completion. */
  readonly verbs: readonly VerbDescription[];
  /** Loaded on demand: a verb that only asks the server must not wait for the server's modules. */
  readonly serverVerbs: () => Promise<ServerVerbs>;
}
