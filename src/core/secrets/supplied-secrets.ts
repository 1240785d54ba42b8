/** What whoever starts a deployment has to know of the secrets of its integration. */
export interface SuppliedSecrets {
  /** By the references of its preparation. */
  readonly values: Readonly<Record<string, string>>;
  /** Of all secrets and versions: they are taken out of whatever it prints. */
  readonly unseen: readonly string[];
}
