import type { Preparation } from '../../core/places/target.ts';
import { DeployerError } from '../../errors.ts';

/** Whether the last error that a supervisor wrote is that its port belongs to somebody else. */
export function saysPortInUse(lines: readonly string[], port: number): boolean {
  const last = lines.findLast((line) => /\bError: /.test(line)) ?? '';
  return last.includes('EADDRINUSE') && new RegExp(`:${port}\\b`).test(last);
}

export function portInUse({ components }: Preparation, port: number, cause: Error): DeployerError {
  const name = components.map((component) => component.name).join(', ');
  return new DeployerError('resident_port_in_use', {
    message: `Port ${port} of ${name} is in use by another program.`,
    hint: `ss -ltnp 'sport = :${port}'   (end it: then ${name} is started by itself)`,
    cause,
  });
}
