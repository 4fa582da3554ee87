import type { RunView } from './run-view.js';

/** One run, from the outside. */
export interface RunHandle<Output = unknown> {
  readonly id: string;
  /**
   * What the run returns, however long that takes and whichever process executes it. Throws what the workflow threw,
   * `ApprovalRejected`, `RunCancelled` or `RunDiverged`, as the run ended.
   */
  result(): Promise<Output>;
  /** The run as soon as it has ended or waits for somebody: its `status` then is none of `pending` and `running`. */
  settled(): Promise<RunView>;
  /** The run as it stands now. */
  view(): RunView;
  cancel(reason?: string): Promise<void>;
}
