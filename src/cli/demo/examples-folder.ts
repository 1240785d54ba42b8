import { fileURLToPath } from 'node:url';

/** `src/cli/demo` and `dist/cli/demo` lie equally deep. */
const packageRoot = new URL('../../../', import.meta.url);

export const examplesFolder: string = fileURLToPath(new URL('examples', packageRoot));

/** What a person types as `deployer` where it is not installed. */
export const deployerProgram: string = fileURLToPath(new URL('bin/deployer', packageRoot));
