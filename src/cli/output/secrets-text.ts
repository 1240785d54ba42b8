import type { SecretChangeView, SecretsView, SecretVersionView } from '../../api/views/secrets.ts';
import { columns } from './columns.ts';
import { hintText } from './error-text.ts';
import type { ListSettings } from './runs-text.ts';
import type { Style } from './style.ts';
import { ageOf } from './time.ts';

/** A line for each version, the newest first, with who set it and what runs with it. */
export function secretsText({ secrets, next }: SecretsView, { style, width, now }: ListSettings): string {
  if (secrets.length === 0)
    return `${style.dim('No secret yet.')}\n${hintText('deployer secret set <path>#<key>', style)}`;
  const rows = secrets.flatMap(({ path, key, versions }) =>
    versions.map((version, index) => [
      index === 0 ? style.bold(`${path}#${key}`) : '',
      `@${version.version}`,
      style.dim(ageOf(version.at, now)),
      style.dim(version.by),
      [
        ...(version.revoked === null ? [] : [style.bad(revokedText(version.revoked))]),
        ...usersOf(version, style),
      ].join('  '),
    ]),
  );
  return [
    ...columns(rows, { width }),
    ...(next === null ? [] : [hintText(`deployer secret list --after '${next}'`, style)]),
  ].join('\n');
}

export function secretSetText(view: SecretChangeView, style: Style): string {
  const earlier = view.versions.filter(({ version }) => version !== view.version);
  return [
    `${style.good('✓')} ${style.bold(nameOf(view))} is stored`,
    ...earlier.flatMap((version) =>
      keepers(version, style, `keeps @${version.version} until it is replaced`),
    ),
    hintText('deployer ship', style),
  ].join('\n');
}

export function secretRevokedText(view: SecretChangeView, style: Style): string {
  const { path, key, versions, version } = view;
  const revoked = versions.find((each) => each.version === version);
  const isLast = versions.every((each) => each.revoked !== null);
  return [
    `${style.good('✓')} ${style.bold(nameOf(view))} is revoked`,
    ...(revoked === undefined
      ? []
      : keepers(revoked, style, 'runs with it until it starts again or is replaced')),
    ...(isLast ? [`  ${style.attention('!')} no version is left: what needs it will not start`] : []),
    hintText(isLast ? `deployer secret set ${path}#${key}` : 'deployer ship', style),
  ].join('\n');
}

function nameOf({ path, key, version }: SecretChangeView): string {
  return `${path}#${key}@${version}`;
}

function keepers({ usedBy }: SecretVersionView, style: Style, says: string): readonly string[] {
  return usedBy.map(({ deployment }) => `  ${style.attention('!')} ${deployment} ${says}`);
}

function usersOf({ usedBy }: SecretVersionView, style: Style): readonly string[] {
  if (usedBy.length === 0) return [];
  return [style.good(`used by ${usedBy.map(({ deployment }) => deployment).join(', ')}`)];
}

function revokedText({ by, reason }: NonNullable<SecretVersionView['revoked']>): string {
  return `revoked: ${reason} (${by})`;
}
