import type { ComplianceDefinition, DocumentationDefinition, Policy } from '../definition/integration.ts';

/** What the whole integration says that the checklist holds a release to; each environment's policy answers for it. */
export type Obligations = Pick<Policy, 'compliance' | 'documentation'>;

/**
 * What is in force and what a commit adds: more frameworks, checks and documents can only say no. That nothing has to
 * be checked can only say yes, so it counts from when it is live.
 */
export function obligationsOf(inForce: Obligations, brought: Obligations): Obligations {
  const compliance = complianceOf(inForce.compliance, brought.compliance);
  const documentation = documentationOf([inForce.documentation, brought.documentation]);
  return {
    ...(compliance === null ? {} : { compliance }),
    ...(documentation === null ? {} : { documentation }),
  };
}

function complianceOf(
  inForce: ComplianceDefinition | undefined,
  brought: ComplianceDefinition | undefined,
): ComplianceDefinition | null {
  if (inForce === undefined && brought === undefined) return null;
  return {
    frameworks: union([inForce?.frameworks, brought?.frameworks]),
    checks: union([inForce?.checks, brought?.checks]),
    none: inForce?.none ?? null,
  };
}

/** Everything that one of them names; null: none names anything. */
export function documentationOf(
  named: readonly (DocumentationDefinition | undefined)[],
): DocumentationDefinition | null {
  if (named.every((each) => each === undefined)) return null;
  return {
    files: union(named.map((each) => each?.files)),
    interface: union(named.map((each) => each?.interface)),
  };
}

function union(lists: readonly (readonly string[] | undefined)[]): readonly string[] {
  return [...new Set(lists.flatMap((list) => list ?? []))];
}
