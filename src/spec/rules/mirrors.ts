import type { Draft } from '../draft.ts';
import { keyError, keyWarning, valueError, type Fault } from '../fault.ts';
import { artifactKind, effectiveTarget } from '../artifact-kind.ts';
import { ownShape, type OwnValue } from '../own-shape.ts';
import { parseSecretReference } from '../../core/secrets/secret-reference.ts';
import { suggestion } from '../../core/texts/suggest.ts';
import type { EnvironmentSection } from '../schema/environments.ts';
import { environmentNames } from './names.ts';
import { perEnvironment, type Rule } from './rule.ts';

export const mirrorsAnOriginal: Rule = perEnvironment(({ name, section: { mirrors }, at, draft }) => {
  if (mirrors === undefined) return [];
  const place = [...at, 'mirrors'];
  const names = environmentNames(draft);
  const originals = names.filter((other) => other !== name && !mirrorsAny(draft.environments?.[other]));
  if (originals.includes(mirrors)) return [];
  const message =
    mirrors === name
      ? `\`${name}\` cannot mirror itself.`
      : names.includes(mirrors)
        ? `\`${mirrors}\` mirrors another environment itself.`
        : `There is no environment \`${mirrors}\`.`;
  return [valueError(place, { message, hint: suggestion(mirrors, originals, 'Remove it.') })];
});

/** Where a mirroring environment is not like its original, somebody has to say why. */
export const differencesHaveReasons: Rule = perEnvironment(({ section, at, draft }) => {
  const original = draft.environments?.[section.mirrors ?? ''];
  if (section.mirrors === undefined || original === undefined) return [];
  const reasons = Object.keys(section.differs ?? {});
  const mirrored = new Map(ownShape(original).map((value) => [value.path, value]));
  return ownShape(section).flatMap((own): readonly Fault[] => {
    const verdict = compareSecrets(own, mirrored.get(own.path));
    if (verdict === 'same-key') return [];
    if (verdict === 'other-key') {
      const message = `\`${own.path}\` refers to another secret key than \`${section.mirrors}\`; only the path may differ.`;
      return [valueError([...at, ...own.steps], { message, hint: 'Use the same key after `#`.' })];
    }
    if (reasons.some((reason) => covers(reason, own.path))) return [];
    return [
      keyError([...at, ...own.steps], {
        message: `\`${own.path}\` is not taken over from \`${section.mirrors}\`, and no reason is given.`,
        hint: `Remove it, or add \`differs: { ${own.path}: "why" }\`.`,
      }),
    ];
  });
});

export const differsIsUsed: Rule = perEnvironment(({ name, section, at, draft }) => {
  const own = section.mirrors === undefined ? [] : ownShape(section).map(({ path }) => path);
  return Object.keys(section.differs ?? {})
    .filter((reason) =>
      reason === 'artifact' ? !hasOtherArtifacts(draft, name) : !own.some((path) => covers(reason, path)),
    )
    .map((reason) =>
      keyWarning([...at, 'differs', reason], {
        message:
          section.mirrors === undefined && reason !== 'artifact'
            ? `\`${name}\` mirrors no environment, so there is nothing to differ from.`
            : `\`${name}\` does not differ in \`${reason}\`.`,
        hint: 'Remove this reason.',
      }),
    );
});

/** What was tested as a bundle was not tested as an image. */
export const oneArtifactKind: Rule = perEnvironment(({ name, section, at, draft }) => {
  if (!hasOtherArtifacts(draft, name) || Object.hasOwn(section.differs ?? {}, 'artifact')) return [];
  const last = environmentNames(draft).at(-1) ?? '';
  const kind = (environment: string): string =>
    artifactKind(effectiveTarget(draft.environments, environment));
  return [
    keyError([...at, 'target'], {
      message: `\`${name}\` runs ${kind(name)}s, and \`${last}\` runs ${kind(last)}s: what is tested here is not what runs there.`,
      hint: 'Use one kind of target, or add `differs: { artifact: "why" }`.',
    }),
  ];
});

function hasOtherArtifacts(
  { environments }: { environments?: Parameters<typeof effectiveTarget>[0] },
  name: string,
): boolean {
  const last = Object.keys(environments ?? {}).at(-1) ?? name;
  return (
    artifactKind(effectiveTarget(environments, name)) !== artifactKind(effectiveTarget(environments, last))
  );
}

function mirrorsAny(section: Draft<EnvironmentSection> | undefined): boolean {
  return Object.hasOwn(section ?? {}, 'mirrors');
}

/** A reason for `components.agent` is one for all that stands below it. */
function covers(reason: string, path: string): boolean {
  return path === reason || path.startsWith(`${reason}.`);
}

/** Secrets of environments are different values by nature; what they are for is not. */
function compareSecrets(
  own: OwnValue,
  mirrored: OwnValue | undefined,
): 'same-key' | 'other-key' | 'no-secrets' {
  const ownSecret = parseSecretReference(String(own.value));
  const originalSecret = parseSecretReference(String(mirrored?.value));
  if (ownSecret === null || originalSecret === null) return 'no-secrets';
  return ownSecret.provider === originalSecret.provider && ownSecret.key === originalSecret.key
    ? 'same-key'
    : 'other-key';
}
