/** What is to be settled in an environment since a backup of its server was restored. */
export interface Restored {
  /** When the backup was made, ISO 8601. */
  readonly backupAt: string;
  /** When it was restored, ISO 8601. */
  readonly at: string;
  readonly by: string;
}
