import type { Block, DeploymentDocument } from './document.ts';

/**
 * What makes a revision another one: what the document says, without when it was seen and by which evidence, and
 * without figures that time alone changes. Its digest is compared.
 */
export function contentOf(document: DeploymentDocument): unknown {
  const lasting = (blocks: readonly Block[]): readonly Block[] =>
    blocks.filter((block) => block.kind !== 'table' || !block.isMoving);
  return timeless({
    ...document,
    introduction: lasting(document.introduction),
    sections: document.sections.map((section) => ({ ...section, blocks: lasting(section.blocks) })),
    closing: lasting(document.closing),
  });
}

const times: ReadonlySet<string> = new Set(['at', 'evidence']);

function timeless(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(timeless);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, item]) => (times.has(key) ? [] : [[key, timeless(item)]])),
  );
}
