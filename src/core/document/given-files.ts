/** Files of somebody's folder that a document is to speak of, before there is a release of them. */
export interface GivenFiles {
  /** Which verb has written the files; `give`: none, somebody wants the document to speak of them. */
  readonly cause: 'init' | 'answer' | 'give';
  /** The question that was answered; null: none in particular. */
  readonly subject: string | null;
  /** Folder of `deployer.yaml` in the repository, `.` at its root. */
  readonly folder: string;
  readonly spec: string;
  readonly answers: string | null;
  /** The user's own. */
  readonly questions: string | null;
}
