import { text } from 'node:stream/consumers';
import { z } from 'zod';

import type { SuppliedSecrets } from '../../core/secrets/supplied-secrets.ts';
import { referencesIn } from '../../core/secrets/secret-reference.ts';
import type { Preparation } from '../../core/places/target.ts';
import { DeployerError } from '../../errors.ts';

/**
 * How values of secrets come to a supervisor: as one JSON document on its standard input, which then ends. They stand
 * in no argument, no environment but the component's, and no file. A supervisor that is started again is given them
 * again.
 */
export type SecretSupply = (preparation: Preparation) => Promise<SuppliedSecrets>;

const Supplied: z.ZodType<SuppliedSecrets> = z.object({
  values: z.record(z.string(), z.string()),
  unseen: z.array(z.string()),
});

/** Says also that everything else is there. */
export async function suppliedInput(preparation: Preparation, supply: SecretSupply): Promise<string> {
  return JSON.stringify(await supply(preparation));
}

/** For whoever can only look at deployments and end them. */
export const noSecrets: SecretSupply = async (preparation) => {
  if (neededBy(preparation).length === 0) return { values: {}, unseen: [] };
  throw new DeployerError('secrets_locked', {
    message: `${preparation.deployment} needs secrets, and nobody is here to read them.`,
    hint: 'deployer status   (starts the server, which does)',
  });
};

/** At the other end. Throws when its starter has ended before all was written. */
export async function readSuppliedSecrets(stdin: NodeJS.ReadableStream): Promise<SuppliedSecrets> {
  const input = await text(stdin);
  try {
    return Supplied.parse(JSON.parse(input));
  } catch {
    // What the parser says may quote a value.
    throw new Error('its starter has ended, or the values of the secrets did not arrive whole');
  }
}

export function refuseMissing(preparation: Preparation, { values }: SuppliedSecrets): void {
  const missing = neededBy(preparation).filter((reference) => !Object.hasOwn(values, reference));
  if (missing.length > 0) throw new Error(`no values were given for ${missing.join(', ')}`);
}

function neededBy({ components }: Preparation): readonly string[] {
  return referencesIn(components.map(({ shape }) => shape.env));
}
