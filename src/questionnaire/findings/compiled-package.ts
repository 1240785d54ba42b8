import type { Place } from './finding.ts';
import { folderOf, inFolder, lineOf, type Listing, nameOf, within } from './listing.ts';
import type { Dependency, FoundSuite, Package } from './package.ts';
import { shellWord } from './shell-word.ts';
import { tomlLines, tomlTexts } from './toml-lines.ts';

type Common = Pick<
  Package,
  'folder' | 'home' | 'manifest' | 'isDeveloped' | 'isWorkspace' | 'setup' | 'programs'
>;

/** A folder whose program is compiled: Go, Rust, or Java with Maven or Gradle. */
export function compiledPackage(listing: Listing, path: string): Package | null {
  const text = listing.read(path);
  if (text === null) return null;
  const folder = folderOf(path);
  const common = {
    folder,
    home: folder,
    manifest: { path, line: null },
    isDeveloped: false,
    isWorkspace: false,
    setup: null,
    programs: [],
  };
  switch (nameOf(path)) {
    case 'go.mod':
      return goPackage(listing, text, common);
    case 'Cargo.toml':
      return rustPackage(text, common);
    case 'pom.xml':
      return mavenPackage(text, common);
    default:
      return gradlePackage(listing, text, common);
  }
}

export function isCompiledManifest(path: string): boolean {
  return ['go.mod', 'Cargo.toml', 'pom.xml', 'build.gradle', 'build.gradle.kts'].includes(nameOf(path));
}

function goPackage(listing: Listing, text: string, common: Common): Package {
  const { path } = common.manifest;
  const mains = listing.files
    .map((file) => ({ path: file.path, inside: within(common.folder, file.path) }))
    .filter(({ inside }) => inside !== null && /^(?:main\.go|cmd\/[^/]+\/main\.go)$/.test(inside));
  const [main] = mains;
  const target = main?.inside === 'main.go' ? '.' : `./${folderOf(main?.inside ?? '')}`;
  const line = lineOf(text, /^module\s/m);
  const at = main === undefined ? null : { path: main.path, line: null };
  return {
    ...common,
    language: 'go',
    manager: 'go',
    name: /^module\s+(?:\S+\/)?([^\s/]+)/m.exec(text)?.[1] ?? null,
    build: at && { value: `go build -o bin/app ${shellWord(target)}`, at, sure: 'likely' },
    start: at && { value: 'bin/app', at, sure: mains.length === 1 ? 'likely' : 'guess' },
    suites: listing.files.some(
      (file) => within(common.folder, file.path) !== null && file.path.endsWith('_test.go'),
    )
      ? [unitTests('go test ./...', { path, line })]
      : [],
    dependencies: [...text.matchAll(/^\s*(?:require\s+)?([\w.-]+\.[\w-]+\/\S+)\s+v\d/gm)].map(
      ([match, name = '']) => ({ name, at: { path, line: lineOf(text, match.trim()) } }),
    ),
    exclude: [],
  };
}

function rustPackage(text: string, common: Common): Package {
  const { path } = common.manifest;
  const lines = tomlLines(text);
  const named = lines.find(({ table, key }) => table === 'package' && key === 'name');
  const name = named === undefined ? null : (tomlTexts(named.value)[0]?.text ?? null);
  const at = { path, line: named?.line ?? null };
  return {
    ...common,
    language: 'rust',
    manager: 'cargo',
    name,
    build: name === null ? null : { value: 'cargo build --release', at, sure: 'likely' },
    start: name === null ? null : { value: `target/release/${shellWord(name)}`, at, sure: 'likely' },
    suites: [unitTests('cargo test', at)],
    dependencies: lines.flatMap(({ table, key, line }): readonly Dependency[] =>
      table === 'dependencies' ? [{ name: key, at: { path, line } }] : [],
    ),
    isWorkspace: name === null,
    // The rest of what Cargo leaves is of no use to whoever starts the program.
    exclude: ['target/debug/**', 'target/release/deps/**', 'target/release/build/**'],
  };
}

function mavenPackage(text: string, common: Common): Package {
  const { path } = common.manifest;
  const at = { path, line: lineOf(text, '<artifactId>') };
  const spring = text.includes('spring-boot') ? 'SERVER_PORT="$PORT" SERVER_ADDRESS="$HOST" ' : '';
  const own = text.replace(/<parent>[\s\S]*?<\/parent>/, '');
  return {
    ...common,
    language: 'java',
    manager: 'maven',
    name: /<artifactId>\s*([\w.-]+)\s*<\/artifactId>/.exec(own)?.[1] ?? null,
    build: { value: 'mvn -q -B -DskipTests package', at, sure: 'likely' },
    start: { value: `${spring}java -jar target/*.jar`, at, sure: 'guess' },
    // Surefire writes a file per class, and a suite names one.
    suites: [unitTests('mvn -q -B test', at)],
    dependencies: [...own.matchAll(/<artifactId>\s*([\w.-]+)\s*<\/artifactId>/g)]
      .slice(1)
      .map(([match, name = '']) => ({ name, at: { path, line: lineOf(text, match) } })),
    isWorkspace: /<packaging>\s*pom\s*<\/packaging>/.test(text),
    exclude: [],
  };
}

function gradlePackage(listing: Listing, text: string, common: Common): Package {
  const { path } = common.manifest;
  const at = { path, line: null };
  const gradle = listing.has(inFolder(common.folder, 'gradlew')) ? './gradlew' : 'gradle';
  const spring = text.includes('springframework') ? 'SERVER_PORT="$PORT" SERVER_ADDRESS="$HOST" ' : '';
  return {
    ...common,
    language: 'java',
    manager: 'gradle',
    name: null,
    build: { value: `${gradle} --no-daemon assemble`, at, sure: 'likely' },
    start: { value: `${spring}java -jar build/libs/*.jar`, at, sure: 'guess' },
    suites: [unitTests(`${gradle} --no-daemon test`, at)],
    dependencies: [...text.matchAll(/["'][\w.-]+:([\w.-]+)(?::[^"']*)?["']/g)].map(([match, name = '']) => ({
      name,
      at: { path, line: lineOf(text, match) },
    })),
    exclude: [],
  };
}

function unitTests(run: string, at: Place): FoundSuite {
  return { kind: 'unit', run: { value: run, at, sure: 'likely' }, plain: run, report: null };
}
