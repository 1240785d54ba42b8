/**
 * Beside the run's checkout: what Deployer itself puts down for a run, where no build packs it and no suite finds it.
 * It goes when the checkout goes.
 */
export function sideFolder(workspace: string): string {
  return `${workspace}.side`;
}
