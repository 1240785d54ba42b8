import type { Found, Place } from './finding.ts';

/** A folder with a manifest of its language: what could be built, started or tested there. */
export interface Package {
  readonly folder: string;
  readonly manifest: Place;
  readonly language: Language;
  /** As it calls itself; null: it does not. */
  readonly name: string | null;
  readonly manager: string;
  /** Run in `folder`, for whoever only wants to start it. */
  readonly build: Found<string> | null;
  readonly start: Found<string> | null;
  readonly suites: readonly FoundSuite[];
  /** What its tests need first, run in `home`; null: nothing. */
  readonly setup: string | null;
  readonly dependencies: readonly Dependency[];
  /** Commands that it brings, once it is installed. */
  readonly programs: readonly string[];
  /** Somebody starts it on their own machine, whatever it is. */
  readonly isDeveloped: boolean;
  /** It holds others together. */
  readonly isWorkspace: boolean;
  /** Where its dependencies are installed: `folder`, or that of the workspace around it. */
  readonly home: string;
  /** Files that a build leaves and nobody needs to start it. */
  readonly exclude: readonly string[];
}

export type Language = 'node' | 'python' | 'go' | 'java' | 'rust';

export const languageNames: Readonly<Record<Language, string>> = {
  node: 'Node',
  python: 'Python',
  go: 'Go',
  java: 'Java',
  rust: 'Rust',
};

export interface Dependency {
  readonly name: string;
  readonly at: Place;
}

/** Tests that a package brings. */
export interface FoundSuite {
  readonly kind: SuiteKind;
  /** Run in the folder of the package. */
  readonly run: Found<string>;
  /** The same without what makes it write a report. */
  readonly plain: string;
  /** JUnit XML that it writes, relative to that folder; null: none was seen. */
  readonly report: string | null;
}

export const suiteKinds = ['unit', 'integration', 'e2e', 'security'] as const;
export type SuiteKind = (typeof suiteKinds)[number];
