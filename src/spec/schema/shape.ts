import { z } from 'zod';
import { meta } from './field.ts';
import { keyed, variablePattern, variableValue } from './names.ts';
import { cpu, memory } from './quantities.ts';

export type EnvSection = Readonly<Record<string, string | number | boolean>>;

export interface ResourcesSection {
  readonly cpu?: string | number;
  readonly memory?: string;
}

export function environmentVariables(description: string): z.ZodType<EnvSection> {
  return z
    .record(
      keyed({ description: 'Name of the variable.', examples: ['LOG_LEVEL'] }, variablePattern),
      variableValue({
        description: 'Text, a number or true/false; always handed over as text.',
        examples: ['info'],
      }),
    )
    .meta(
      meta({
        description: `${description} \`PORT\`, \`HOST\` and \`DEPLOYER_*\` are set by Deployer alone. A value may be a reference to a secret: \`secret://local/<path>#<key>[@version]\`.`,
        examples: [{ LOG_LEVEL: 'info' }],
        default: {},
      }),
    );
}

export function resourcesSection(description: string): z.ZodType<ResourcesSection> {
  return z
    .strictObject({
      cpu: cpu({
        description: 'CPU of one replica: `500m` is half a core.',
        examples: ['500m', 1, 0.5],
        defaultText: 'no limit',
      }).exactOptional(),
      memory: memory({
        description: 'Memory of one replica.',
        examples: ['256Mi'],
        defaultText: 'no limit',
      }).exactOptional(),
    })
    .meta(meta({ description, examples: [{ cpu: '500m', memory: '256Mi' }] }));
}
