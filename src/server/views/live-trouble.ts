import { supervisorGone } from '../../core/convergence/supervisor-gone.ts';
import { isHere } from '../../engine/elsewhere.ts';
import type { EngineParts } from '../../engine/parts.ts';
import { targetOfDeployment } from '../../engine/switching/deployment-life.ts';
import type { DeploymentRow } from '../../store/deployments.ts';
import type { EnvironmentRow } from '../../store/environments.ts';

/** Whoever looks at the status waits no longer for one that hangs; that it does is for convergence to say. */
const observeMs = 2000;

/** What users have is looked at, not remembered: convergence may notice a moment later that nothing of it runs. */
export async function liveTrouble(
  parts: EngineParts,
  { host }: EnvironmentRow,
  stable: DeploymentRow | undefined,
): Promise<readonly string[]> {
  if (stable === undefined || !isHere(parts, host)) return [];
  return (await isAbsent(parts, stable)) ? [supervisorGone(stable.id)] : [];
}

async function isAbsent(parts: EngineParts, row: DeploymentRow): Promise<boolean> {
  const target = await targetOfDeployment(parts, row);
  try {
    return (await target.observe(row.preparation, AbortSignal.timeout(observeMs))).state === 'absent';
  } catch {
    return false;
  }
}
