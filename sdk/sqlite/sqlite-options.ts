/** How the file is opened. */
export interface SqliteOptions {
  /**
   * What a commit survives: `'power-loss'` (default, `synchronous=FULL`) or `'process-crash'` (`NORMAL`: the last
   * commits may be lost if the machine loses power, never if the process dies).
   */
  readonly durability?: 'power-loss' | 'process-crash';
  /** How long to wait for another process's transaction, in milliseconds. Default 5000. */
  readonly busyTimeout?: number;
}
