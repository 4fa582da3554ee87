import { setTimeout as pause } from 'node:timers/promises';
import { DurableFlowError, type DurableFlow } from 'durableflow';
import type { Randomness } from '../simulation/randomness.js';
import { receiptOf } from './order.js';
import type { OutsideServer } from './outside-server.js';
import { untilUnlocked } from './until-unlocked.js';

/** Those who decide: late, some of them at the same time as another one, and each doubt by what has really happened. */
export class People {
  readonly #flow: DurableFlow;
  readonly #outside: OutsideServer;
  readonly #random: Randomness;
  readonly #broken: (what: string) => void;
  readonly #seen = new Set<string>();
  readonly #watch: NodeJS.Timeout;
  approvals = 0;
  doubts = 0;

  constructor(flow: DurableFlow, outside: OutsideServer, random: Randomness, broken: (what: string) => void) {
    this.#flow = flow;
    this.#outside = outside;
    this.#random = random;
    this.#broken = broken;
    this.#watch = setInterval(() => this.#look(), 200);
  }

  end(): void {
    clearInterval(this.#watch);
  }

  #look(): void {
    for (const { id, digest } of this.#flow.approvals()) this.#once(`approval ${id}`, () => this.#approve(id, digest));
    for (const { runId, call, key } of this.#flow.doubts()) this.#once(`doubt ${runId} ${call}`, () => this.#resolve(runId, call, key));
  }

  #once(what: string, decide: () => Promise<void>): void {
    if (this.#seen.has(what)) return;
    this.#seen.add(what);
    decide().then(
      () => this.#seen.delete(what),
      (error: unknown) => this.#broken(`${what} could not be decided: ${String(error)}`),
    );
  }

  async #approve(id: number, digest: string): Promise<void> {
    await pause(this.#random.below(3000));
    const by = this.#random.chance(0.2) ? ['ann', 'ben'] : ['ann'];
    const answers = await Promise.allSettled(by.map((one) => untilUnlocked(() => this.#flow.approve(id, { by: one, digest }))));
    const refusals = answers.flatMap((it) => (it.status === 'rejected' ? [it.reason as unknown] : []));
    const wrong = refusals.find((it) => !hasCode(it, 'DF_APPROVAL_DECIDED', 'DF_RUN_ENDED'));
    if (wrong !== undefined) throw wrong;
    if (answers.length - refusals.length !== 1) throw new Error(`${answers.length - refusals.length} decisions of one question were taken`);
    this.approvals++;
  }

  async #resolve(runId: string, call: number, key: string): Promise<void> {
    await pause(500);
    const happened = this.#outside.hasHappened(key);
    await untilUnlocked(() => this.#flow.resolve(runId, call, { happened, by: 'ann', ...(happened && { value: receiptOf(key) }) }));
    this.doubts++;
  }
}

export const hasCode = (error: unknown, ...codes: readonly string[]) => error instanceof DurableFlowError && codes.includes(error.code);
