import { join } from 'node:path';

import type { ArtifactStore } from '../../core/releases/artifacts.ts';
import type { DeploymentRef } from '../../core/places/target.ts';
import { moduleBeside } from '../../lib/detached-process.ts';
import type { SupervisedKind } from '../supervised/supervised-kind.ts';
import {
  type SupervisedTarget,
  supervisedTarget,
  type SupervisedTargetOptions,
} from '../supervised/target.ts';
import { machineMemory } from './machine-memory.ts';
import { clearLeftovers } from './runtime/leftovers.ts';
import { findWideListeners, type WideListener } from './wide-listeners.ts';

export interface ProcessTargetOptions extends SupervisedTargetOptions {
  readonly artifacts: ArtifactStore;
}

export interface ProcessTarget extends SupervisedTarget {
  /** The replicas that listen beyond loopback. */
  wideListeners(deployment: DeploymentRef, signal: AbortSignal): Promise<readonly WideListener[]>;
}

/** Runs deployments as processes of this machine. */
export function processTarget({ artifacts, ...options }: ProcessTargetOptions): ProcessTarget {
  const kind: SupervisedKind = {
    name: 'process',
    program: moduleBeside(import.meta.url, './supervisor'),
    supply: ({ name, artifact }, start, signal) => artifacts.unpack(artifact, join(start, name), signal),
    clear: clearLeftovers,
    memory: () => Promise.resolve(machineMemory()),
  };
  const target = supervisedTarget(kind, options);
  return {
    ...target,
    wideListeners: async (deployment, signal) => findWideListeners(await target.observe(deployment, signal)),
  };
}
