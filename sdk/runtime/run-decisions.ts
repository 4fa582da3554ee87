import type { DecisionRecord, Lease } from '../store/index.js';
import type { EnginePorts } from './call-host.js';
import type { Call, MethodCall } from './call.js';
import { DecisionDraft } from './decision-draft.js';

/** What the calls of one run know that have no record yet. Most calls know nothing of models or material, and are not here. */
export class RunDecisions {
  readonly #ports: EnginePorts;
  readonly #lease: Lease;
  readonly #subject: { readonly id: string; readonly workflow: string };
  readonly #onFailure: (error: unknown) => void;
  readonly #drafts = new Map<number, DecisionDraft>();

  /** @param onFailure told when a commit has failed */
  constructor(
    ports: EnginePorts,
    lease: Lease,
    subject: { readonly id: string; readonly workflow: string },
    onFailure: (error: unknown) => void,
  ) {
    this.#ports = ports;
    this.#lease = lease;
    this.#subject = subject;
    this.#onFailure = onFailure;
  }

  /** The draft of a call; made when it is first asked for. */
  of(call: MethodCall): DecisionDraft {
    const { clock, ledger } = this.#ports;
    const draft = this.#drafts.get(call.index) ?? new DecisionDraft(call, this.#subject, ledger, () => clock.now());
    this.#drafts.set(call.index, draft);
    return draft;
  }

  known(call: Call): DecisionDraft | undefined {
    return this.#drafts.get(call.index);
  }

  /** For the commit of a call's outcome. */
  record(call: Call): DecisionRecord | undefined {
    return this.#drafts.get(call.index)?.record(true);
  }

  /** The call's outcome is recorded. */
  close(call: Call): void {
    this.#drafts.get(call.index)?.recorded(true);
    this.#drafts.delete(call.index);
  }

  /**
   * An attempt is over and another may follow: what models were asked in it was paid for, whatever becomes of the call.
   * Resolves when that is on disk.
   */
  async noteSpent(call: number): Promise<void> {
    const draft = this.#drafts.get(call);
    if (!draft?.hasSpent) return;
    const noted = this.#note(draft.record(false));
    draft.recorded(false);
    await noted;
  }

  /** Calls that will have no record here must not take with them what they have spent. */
  noteAbandoned(): void {
    for (const draft of this.#drafts.values()) {
      if (draft.hasAsked) void this.#note(draft.record(true));
      draft.recorded(true);
    }
    this.#drafts.clear();
  }

  #note(decision: DecisionRecord): Promise<unknown> {
    return this.#ports.store.noteDecision(this.#lease, decision).catch(this.#onFailure);
  }
}
