import type { TargetKind } from '../core/definition/integration.ts';
import type { SpecDraft } from './draft.ts';

/** What runs at a kind of place. */
export function artifactKind(target: TargetKind): 'bundle' | 'image' {
  return target === 'process' ? 'bundle' : 'image';
}

/** The target of an environment, that of its original when it mirrors one. */
export function effectiveTarget(environments: SpecDraft['environments'], name: string): TargetKind {
  const section = environments?.[name];
  return section?.target ?? environments?.[section?.mirrors ?? '']?.target ?? 'process';
}
