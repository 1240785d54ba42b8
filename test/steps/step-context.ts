import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type {
  Component,
  EnvironmentDefinition,
  IntegrationDefinition,
} from '../../src/core/definition/integration.ts';
import type { Stage } from '../../src/core/pipeline/plan.ts';
import { emptyRedactor } from '../../src/core/secrets/redaction.ts';
import type { StepContext } from '../../src/core/pipeline/step.ts';
import { componentOf, definitionOf, environmentOf } from '../harness/definition.ts';

export interface TestedStep {
  readonly context: StepContext;
  /** What the step logged, `stream: line`. */
  readonly lines: readonly string[];
  /** What it remembered last. */
  remembered(): unknown;
  readonly cancel: (reason: Error) => void;
  readonly [Symbol.asyncDispose]: () => Promise<void>;
}

/** The context of one step in a folder of its own, which goes when the test ends (`await using`). */
export async function stepContext(parts: Partial<StepContext> = {}): Promise<TestedStep> {
  const root = await mkdtemp(join(tmpdir(), 'step-'));
  const workspace = join(root, 'run-1');
  const lines: string[] = [];
  const controller = new AbortController();
  let memory: unknown = null;
  const context: StepContext = {
    run: {
      id: 'desk-1',
      integration: 'desk',
      commit: 'c'.repeat(40),
      requester: 'dev@example.com',
      baseEnv: { PATH: process.env['PATH'] ?? '/usr/bin:/bin', HOME: root },
    },
    stage: stage('build'),
    definition: definition(),
    workspace,
    folder: workspace,
    release: null,
    change: null,
    signal: controller.signal,
    elapsedMs: elapsedFrom(0),
    recall: async () => memory,
    remember: async (value) => {
      memory = structuredClone(value);
    },
    log: (line, stream = 'note') => lines.push(`${stream}: ${line}`),
    redactor: emptyRedactor,
    reveal: async (env) => env,
    ...parts,
  };
  return {
    context,
    lines,
    remembered: () => memory,
    cancel: (reason) => controller.abort(reason),
    [Symbol.asyncDispose]: () => rm(root, { recursive: true, force: true }),
  };
}

export function stage(kind: Stage['kind'], parts: Partial<Stage> = {}): Stage {
  return { name: kind, kind, environment: null, ...parts };
}

export function definition(parts: Partial<IntegrationDefinition> = {}): IntegrationDefinition {
  return { ...definitionOf('desk', [{ name: 'dev' }], [component('web')]), ...parts };
}

export function component(name: string, parts: Partial<Component> = {}): Component {
  return componentOf({ name, role: 'api-gateway', path: name, ...parts });
}

export function environment(policy: Partial<EnvironmentDefinition['policy']> = {}): EnvironmentDefinition {
  return environmentOf({ name: 'dev', isLast: true, policy });
}

/** Of a stage that has been going on for so long already. */
export function elapsedFrom(earlierMs: number): () => number {
  const nowMs = performance.now();
  return () => earlierMs + performance.now() - nowMs;
}
