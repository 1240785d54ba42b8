import { z } from 'zod';
import { meta } from './field.ts';

/** The major version of Node that Deployer runs on and can lend. */
export const ownNodeVersion = 24;

export interface RuntimesSection {
  readonly node?: typeof ownNodeVersion;
}

export const runtimesSection: z.ZodType<RuntimesSection> = z
  .strictObject({
    node: z
      .literal(ownNodeVersion)
      .meta(
        meta({
          description: `Puts Deployer's own Node first on PATH of builds, suites and components. It brings version ${ownNodeVersion}.`,
          examples: [ownNodeVersion],
          defaultText: 'the Node of the machine',
        }),
      )
      .exactOptional(),
  })
  .meta(
    meta({ description: 'Language runtimes that Deployer lends.', examples: [{ node: ownNodeVersion }] }),
  );
