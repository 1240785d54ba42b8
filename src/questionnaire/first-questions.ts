/**
 * What `init` asks first: few questions, of which each decides who may let a release through, what brings it back, or
 * which rules it is under. The rest can be asked later, by `deployer questions`.
 */
export const firstQuestions: readonly string[] = [
  'integration.purpose',
  'integration.owners',
  'pipeline.approvers',
  'pipeline.approval',
  'pipeline.testers',
  'environments.replicas',
  'rollback.watch',
  'rollback.watch-errors',
  'rollback.notify',
  'security.authentication',
  'security.data',
  'security.frameworks',
  'infrastructure.cloud',
];

/** What a fresh `deployer.yaml` says without anybody having decided it: asked all the same. */
export const assumedByDraft: readonly string[] = [
  'integration.public',
  'pipeline.approvers',
  'pipeline.approval',
  'rollback.watch',
  'rollback.watch-errors',
];
