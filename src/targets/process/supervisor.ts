// The supervisor of a deployment that runs as processes of this machine.
import { superviseDeployment } from '../supervised/supervisor/supervise.ts';
import { clearLeftovers } from './runtime/leftovers.ts';
import { ProcessRuntime } from './runtime/runtime.ts';

await superviseDeployment({
  clear: clearLeftovers,
  runtime: (facts) => new ProcessRuntime(facts),
});
