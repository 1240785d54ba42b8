import { existsSync } from 'node:fs';

const usual = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** Where a Chromium of this machine is: what DEPLOYER_CHROMIUM names, else a usual place; null: there is none. */
export function chromiumPath(): string | null {
  const named = process.env['DEPLOYER_CHROMIUM'];
  if (named !== undefined && named !== '') return existsSync(named) ? named : null;
  return usual.find((path) => existsSync(path)) ?? null;
}
