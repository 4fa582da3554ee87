import { DurableFlowError, FatalError } from '../../errors/index.js';
import { encode } from '../../journal/index.js';
import type { EffectRecord } from '../../store/index.js';
import { BodyScope } from '../body-scope.js';
import type { BodyInput, MethodCall, Outcome } from '../call.js';
import type { CallHost } from '../call-host.js';
import { tellWaited } from '../tell-waited.js';
import { retryDelay } from '../retry-delay.js';
import { attempt, checkOutput, runLimited } from './attempt.js';

/** What an attempt, or a look at the outside world, has shown. */
type Finding =
  | { readonly kind: 'happened'; readonly value: unknown }
  /** Known from the record of the same effect, or from an operator. */
  | { readonly kind: 'recorded'; readonly encoded: string; readonly outcome?: 'returned' | 'threw' }
  | { readonly kind: 'not_happened'; readonly error: unknown; readonly final: boolean }
  | { readonly kind: 'unknown'; readonly error: unknown };

const neverSent = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN']);

/** The connection was never made. `fetch` and the clients built on it say so in the cause of what they throw. */
function wasNeverSent(error: unknown, depth = 0): boolean {
  if (!(error instanceof Error) || depth > 8) return false;
  return neverSent.has(String((error as { code?: unknown }).code)) || wasNeverSent(error.cause, depth + 1);
}

/** Performs an external effect: intent on disk, then the body, then the receipt with the record; in between it is in doubt. */
export async function performEffect(host: CallHost, call: MethodCall, input: BodyInput): Promise<Outcome> {
  const effect = new EffectPerformance(host, call, input);
  return effect.perform();
}

class EffectPerformance {
  readonly #host: CallHost;
  readonly #call: MethodCall;
  readonly #input: BodyInput;
  readonly #key: string;
  #attempts = 0;
  /** An attempt was made of which nobody knows what came of it. */
  #mayHaveHappened = false;

  constructor(host: CallHost, call: MethodCall, input: BodyInput) {
    this.#host = host;
    this.#call = call;
    this.#input = input;
    this.#key = effectKeyOf(call, input.args);
  }

  async perform(): Promise<Outcome> {
    const { retry } = this.#call.method;
    let finding = await this.#beginning();
    for (;;) {
      if (finding?.kind === 'happened' || finding?.kind === 'recorded') return this.#done(finding);
      if (finding?.kind === 'unknown') {
        finding = await this.#askOperator();
        continue;
      }
      if (finding) {
        if (finding.final || this.#attempts >= retry.maxAttempts) return this.#failed(finding.error);
        await this.#withdraw(finding.error);
      }
      finding = await this.#try();
    }
  }

  /** What is known before the first attempt of this process: undefined if there is nothing in the way of it. */
  async #beginning(): Promise<Finding | undefined> {
    const known = this.#host.effect(this.#call.index);
    if (known?.state === 'confirmed' || known?.state === 'denied') this.#tellResolved(known);
    if (known?.state === 'confirmed') return { kind: 'recorded', encoded: known.value ?? encode(undefined, '') };
    if (known?.state !== 'intended') return undefined;
    this.#tell('effect.in_doubt');
    return this.#clarify(new DurableFlowError('DF_CANCELLED', 'the process died in the middle of the effect'));
  }

  async #try(): Promise<Finding> {
    this.#host.holdOpen(this.#call);
    const blocked = await this.#intend();
    if (blocked) return blocked;
    if (this.#host.isStopping && !this.#mayHaveHappened) await this.#takeBack();
    try {
      this.#attempts++;
      return {
        kind: 'happened',
        value: await attempt(this.#host, this.#call, this.#input, { number: this.#attempts, effectKey: this.#key }),
      };
    } catch (error) {
      if (error instanceof FatalError) return { kind: 'not_happened', error, final: true };
      // An attempt before may have been, whatever came of this one.
      if (wasNeverSent(error) && !this.#mayHaveHappened) return { kind: 'not_happened', error, final: false };
      return await this.#clarify(error);
    }
  }

  /** The run was cancelled, or this process closes, while the intent was being written: what has not begun does not begin. */
  async #takeBack(): Promise<never> {
    const { store, clock } = this.#host.ports;
    await this.#host.written(store.withdraw(this.#host.lease, this.#call.index, clock.now()));
    return this.#host.drop(this.#call);
  }

  /** Puts the intent on disk; a finding if this key stands in the way. */
  async #intend(): Promise<Finding | undefined> {
    const { store, clock } = this.#host.ports;
    const { index, method, digest } = this.#call;
    for (let wait = firstBusyWait; ; wait = Math.min(wait * busyGrowth, longestBusyWait)) {
      const intent = {
        call: index,
        method: this.#call.name,
        scope: `${this.#host.subject.workflow}/${method.id}`,
        key: this.#key,
        digest,
        intendedAt: clock.now(),
      };
      const answer = await this.#host.written(store.intend(this.#host.lease, intent));
      if (answer.kind === 'begun') {
        this.#tell('effect.intended');
        return undefined;
      }
      if (answer.kind === 'done') {
        this.#tellSettled(true, 'key');
        return { kind: 'recorded', encoded: answer.value, outcome: answer.outcome };
      }
      if (answer.kind === 'in_doubt') {
        this.#tell('effect.in_doubt');
        return this.#clarify(new DurableFlowError('DF_CANCELLED', 'another run ended in the middle of the effect'));
      }
      if (answer.kind === 'key_reused') {
        const error = new DurableFlowError(
          'DF_EFFECT_KEY_REUSED',
          `the key "${this.#key}" of ${method.id} was used before with other arguments`,
          { details: { key: this.#key } },
        );
        return { kind: 'not_happened', error, final: true };
      }
      // Another run is in the middle of the same effect; its outcome will be ours.
      await this.#host.delay(this.#call, wait);
    }
  }

  /** Nobody here knows: ask the outside world, then go by the author's word on what to do. */
  async #clarify(error: unknown): Promise<Finding> {
    const { effect, retry } = this.#call.method;
    this.#mayHaveHappened = true;
    if (effect!.reconcile) return this.#reconcile(error);
    if (effect!.onInDoubt === 'retry' && this.#attempts < retry.maxAttempts) return { kind: 'not_happened', error, final: false };
    return { kind: 'unknown', error };
  }

  async #reconcile(error: unknown): Promise<Finding> {
    const { method, instance } = this.#call;
    const { clock, random } = this.#host.ports;
    for (let number = 1; ; number++) {
      // What is about to be found out must be recorded, even if the run is cancelled meanwhile.
      this.#host.holdOpen(this.#call);
      try {
        const scope = new BodyScope(method, instance, { effectKey: this.#key });
        // It may hang as the effect did; of heartbeats it knows nothing.
        const call = { ...this.#call, method: { ...method, heartbeatTimeout: undefined } };
        const found = await runLimited(this.#host, scope, call, () =>
          method.effect!.reconcile!.apply(instance, this.#input.args as unknown[]),
        );
        const happened = found !== undefined && found !== null;
        this.#mayHaveHappened = happened;
        this.#tellSettled(happened, 'reconcile');
        return happened ? { kind: 'happened', value: found } : { kind: 'not_happened', error, final: false };
      } catch (failure) {
        if (number >= method.retry.maxAttempts) return { kind: 'unknown', error: failure };
        await this.#host.delay(this.#call, retryDelay(method.retry, number, failure, clock.now(), random));
      }
    }
  }

  /** Parks the run until an operator has said whether the effect has happened. */
  async #askOperator(): Promise<Finding> {
    const settled = () => this.#host.effect(this.#call.index)?.state !== 'intended';
    this.#tell('effect.in_doubt');
    await this.#host.waitFor({ call: this.#call.index, status: 'in_doubt', wakeAt: undefined, over: settled });
    const resolved = this.#host.effect(this.#call.index)!;
    const happened = this.#tellResolved(resolved);
    if (happened) return { kind: 'recorded', encoded: resolved.value ?? encode(undefined, '') };
    this.#mayHaveHappened = false;
    this.#attempts = 0;
    return { kind: 'not_happened', error: undefined, final: false };
  }

  /** It has certainly not happened, and is tried again later: the intent is taken back, so that a crash in between leaves no doubt. */
  async #withdraw(error: unknown): Promise<void> {
    const { method, index } = this.#call;
    const { store, clock, random, telemetry } = this.#host.ports;
    if (this.#attempts === 0) return;
    const retryInMs = retryDelay(method.retry, this.#attempts, error, clock.now(), random);
    telemetry.emit('attempt.failed', this.#host.subject, {
      call: index,
      method: this.#call.name,
      attempt: this.#attempts,
      error: String(error),
      retryInMs,
    });
    if (method.effect!.onInDoubt !== 'retry') await this.#host.written(store.withdraw(this.#host.lease, index, clock.now()));
    await this.#host.delay(this.#call, retryInMs);
  }

  async #done(finding: Extract<Finding, { kind: 'happened' | 'recorded' }>): Promise<Outcome> {
    const { method } = this.#call;
    const { errors, payloads } = this.#host.ports;
    const attempts = this.#attempts;
    if (finding.kind === 'recorded')
      return { kind: finding.outcome ?? 'returned', value: finding.encoded, attempts, receipt: { effect: 'done' } };
    try {
      const value = await checkOutput(method, finding.value);
      return { kind: 'returned', value: payloads.encode(value, `what ${method.id} returned`), attempts, receipt: { effect: 'done' } };
    } catch (error) {
      // The effect has happened all the same, and must not be made again.
      return { kind: 'threw', value: errors.encode(error), attempts, receipt: { effect: 'done' } };
    }
  }

  #failed(error: unknown): Outcome {
    const { telemetry, errors } = this.#host.ports;
    const { index } = this.#call;
    telemetry.emit('attempt.failed', this.#host.subject, {
      call: index,
      method: this.#call.name,
      attempt: this.#attempts,
      error: String(error),
      retryInMs: undefined,
    });
    return { kind: 'threw', value: errors.encode(error), attempts: this.#attempts, receipt: { effect: 'failed' } };
  }

  #tell(event: 'effect.in_doubt' | 'effect.intended'): void {
    this.#host.ports.telemetry.emit(event, this.#host.subject, this.#names());
  }

  #tellSettled(happened: boolean, source: 'reconcile' | 'operator' | 'key'): void {
    this.#host.ports.telemetry.emit('effect.settled', this.#host.subject, { ...this.#names(), happened, source });
  }

  /** An operator has said whether it has happened. */
  #tellResolved({ state, intendedAt: since, settledAt: until }: EffectRecord): boolean {
    const happened = state === 'confirmed';
    tellWaited(this.#host, this.#call, { kind: 'in_doubt', since, until });
    this.#tellSettled(happened, 'operator');
    return happened;
  }

  #names() {
    return { call: this.#call.index, method: this.#call.name, key: this.#key };
  }
}

/**
 * How long to wait before asking again after an effect that another run is in the middle of, in milliseconds: about half as long as
 * it has taken so far, because that run may be waiting for an operator, and on a server every question stays on record.
 */
const firstBusyWait = 100;
const busyGrowth = 1.5;
const longestBusyWait = 60_000;

function effectKeyOf({ method }: MethodCall, args: readonly unknown[]): string {
  const key: unknown = method.effect!.idempotencyKey(...args);
  if (typeof key === 'string' && key !== '') return key;
  throw new DurableFlowError(
    'DF_EFFECT_KEY_INVALID',
    `the idempotencyKey of ${method.id} returned ${key === '' ? 'an empty string' : String(key)}`,
    { details: { method: method.id } },
  );
}
