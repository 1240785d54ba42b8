/**
 * Whether a text is a document that Deployer wrote, by its title and its revision: such a one is written anew unasked,
 * and any other file of that name is somebody's own.
 */
export function isOwnDocument(text: string): boolean {
  return /^# Code Deployment Document: .*\r?\n\r?\n_Revision \d+ of /.test(text);
}
