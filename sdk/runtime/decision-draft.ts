import { isSelection, type ContextItem, type Selection } from '../context/index.js';
import { DurableFlowError } from '../errors/index.js';
import { decode, digest, encode } from '../journal/index.js';
import type { ArtifactState, ArtifactUse, DecisionRecord, ModelCallRecord } from '../store/index.js';
import type { MethodCall } from './call.js';
import { redacted, type LedgerOptions, type RedactionSubject } from './ledger-options.js';

/** A question to a model, when it is asked. */
export interface AskedModel extends Pick<ModelCallRecord, 'target' | 'provider' | 'model' | 'maxTokens'> {
  /** The messages as JSON. */
  readonly prompt: string;
}

/** How a question to a model has ended. */
export interface EndedModelCall extends Pick<
  ModelCallRecord,
  'answeredBy' | 'outcome' | 'usage' | 'costUsd' | 'chargedUsd' | 'stopReason' | 'requestId'
> {
  readonly durationMs: number;
  /** The answer as JSON. */
  readonly answer: string | undefined;
}

type Use = Omit<ArtifactUse, 'digest' | 'content' | 'state'> & {
  readonly text: string;
  readonly state: Exclude<ArtifactState, 'consumed'>;
  readonly isArgument: boolean;
};
type PendingCall = Omit<ModelCallRecord, 'prompt' | 'answer' | 'answerDigest'> &
  Pick<AskedModel, 'prompt'> &
  Pick<EndedModelCall, 'answer'>;

const unfinished = {
  answeredBy: undefined, outcome: 'unfinished', usage: undefined, costUsd: undefined, chargedUsd: undefined, stopReason: undefined, requestId: undefined, answer: undefined,
} as const; // prettier-ignore

/** What a call knows and which models it asks, gathered while it is executed; the call's commit puts it on record. */
export class DecisionDraft {
  readonly #call: MethodCall;
  readonly #run: { readonly id: string; readonly workflow: string };
  readonly #options: LedgerOptions;
  readonly #now: () => number;
  #budget: DecisionRecord['budget'];
  /** What each argument brings: a selection its items, any other one itself. */
  #given: readonly { readonly isSelection: boolean; readonly uses: readonly Use[] }[];
  /** What the body of the current attempt has seen, and what it credits. */
  #observed: Use[] = [];
  #credited = new Set<string>();
  #attempt = 1;
  readonly #underWay = new Set<PendingCall>();
  /** Ended, and not on record yet. */
  #ended: PendingCall[] = [];
  #consumed = false;
  #closed = false;

  constructor(call: MethodCall, run: { readonly id: string; readonly workflow: string }, options: LedgerOptions, now: () => number) {
    this.#call = call;
    this.#run = run;
    this.#options = options;
    this.#now = now;
    const args = decode(call.encodedArgs) as unknown[];
    this.#given = args.map((arg, index) =>
      isSelection(arg) ? { isSelection: true, uses: offered(arg, call) } : { isSelection: false, uses: [argument(arg, index)] },
    );
  }

  /** What the budget has made of the selections among the arguments, in their order. */
  select(
    { query, ...budget }: { readonly maxTokens: number; readonly reserve: number; readonly query: string },
    packed: readonly Selection[],
  ): void {
    this.#budget = { ...budget, tokens: packed.reduce((sum, { tokens }) => sum + (tokens ?? 0), 0), queryDigest: digest(query) };
    const rest = packed.values();
    this.#given = this.#given.map((given) => {
      if (!given.isSelection) return given;
      const { selected, rejected } = rest.next().value!;
      const chosen = new Map(selected.map((it) => [it.id, it]));
      const rejections = new Map(rejected.map((it) => [it.id, it]));
      const uses = given.uses.map((use): Use => {
        const rejection = rejections.get(use.reference);
        const found = rejection ?? chosen.get(use.reference);
        if (!found) return use;
        const { tokens, score, rank } = found;
        return { ...use, state: rejection ? 'rejected' : 'selected', reason: rejection?.reason, tokens, score: finite(score), rank };
      });
      return { isSelection: true, uses };
    });
  }

  /** A new attempt: what the body of an earlier one saw and credited has led to nothing. */
  begin(attempt: number): void {
    this.#attempt = attempt;
    this.#observed = [];
    this.#credited.clear();
  }

  observe(items: readonly ContextItem[], attempt: number): void {
    if (attempt !== this.#attempt) return;
    const known = new Set(this.#uses().map(({ reference }) => reference));
    for (const item of items) {
      if (known.has(item.id)) continue;
      known.add(item.id);
      this.#observed.push(useOf(item, 'observed'));
    }
  }

  /** Throws `DF_CREDIT_UNKNOWN` for what the body did not have. */
  credit(ids: readonly string[], attempt: number): void {
    if (attempt !== this.#attempt) return;
    const had = new Set(
      this.#uses()
        .filter(isAtHand)
        .map(({ reference }) => reference),
    );
    const unknown = ids.find((id) => !had.has(id));
    if (unknown !== undefined)
      throw new DurableFlowError('DF_CREDIT_UNKNOWN', `${this.#call.method.id} credits "${unknown}", which was not selected for it`, {
        details: { id: unknown },
      });
    for (const id of ids) this.#credited.add(id);
  }

  /** A model is asked. What is returned takes how it has ended; undefined if nothing was sent after all. */
  ask({ prompt, ...asked }: AskedModel, attempt: number): (end: EndedModelCall | undefined) => void {
    const call: PendingCall = {
      ...asked, ...unfinished, prompt, attempt, startedAt: this.#now(), durationMs: 0, promptDigest: digest(prompt),
    }; // prettier-ignore
    this.#underWay.add(call);
    return (end) => {
      // What ends after the call is on record as unfinished.
      if (!this.#underWay.delete(call) || this.#closed || !end) return;
      this.#ended.push({ ...call, ...end });
      if (end.outcome === 'answered' || end.costUsd !== 0) this.#consumed = true;
    };
  }

  /** Model calls have ended that are not on record yet. */
  get hasSpent(): boolean {
    return this.#ended.length > 0;
  }

  /** A model was asked, and that is not on record yet. */
  get hasAsked(): boolean {
    return this.hasSpent || this.#underWay.size > 0;
  }

  /** What there is so far; nothing of it counts as recorded. `isFinal`: calls that are under way will not be waited for. */
  record(isFinal: boolean): DecisionRecord {
    const now = this.#now();
    const given = isFinal ? [...this.#underWay].map((call) => ({ ...call, durationMs: now - call.startedAt })) : [];
    const consumed = this.#consumed || given.length > 0;
    return {
      call: this.#call.index,
      method: this.#call.name,
      recordedAt: now,
      budget: this.#budget,
      artifacts: this.#uses().map((use) => this.#artifact(use, consumed)),
      modelCalls: [...this.#ended, ...given].map((call) => this.#modelCall(call)),
      inherited: false,
    };
  }

  /** What `record` has told of is on record. */
  recorded(isFinal: boolean): void {
    this.#ended = [];
    this.#closed = isFinal;
  }

  #uses(): Use[] {
    return [...this.#given.flatMap(({ uses }) => uses), ...this.#observed];
  }

  #artifact({ text, isArgument, ...use }: Use, consumed: boolean): ArtifactUse {
    const textDigest = digest(text);
    const credited = isAtHand({ ...use, isArgument }) && this.#credited.has(use.reference);
    return {
      ...use,
      state: credited ? 'influential' : use.state === 'selected' && consumed ? 'consumed' : use.state,
      reference: isArgument
        ? use.reference
        : (redacted(use.reference, this.#subject('reference'), this.#options) ?? `digest ${textDigest}`),
      digest: textDigest,
      content: redacted(text, this.#subject('content'), this.#options),
    };
  }

  #modelCall({ prompt, answer, ...call }: PendingCall): ModelCallRecord {
    return {
      ...call,
      answerDigest: answer === undefined ? undefined : digest(answer),
      prompt: redacted(prompt, this.#subject('prompt'), this.#options),
      answer: answer === undefined ? undefined : redacted(answer, this.#subject('answer'), this.#options),
    };
  }

  #subject(kind: RedactionSubject['kind']): RedactionSubject {
    return { kind, run: this.#run.id, workflow: this.#run.workflow, method: this.#call.method.id };
  }
}

/** Without a budget everything that is offered reaches the body. */
const offered = ({ selected }: Selection, { method }: MethodCall): Use[] =>
  selected.map((item) => useOf(item, method.contextBudget ? 'retrieved' : 'selected'));

const useOf = ({ id, text, pinned = false }: ContextItem, state: Use['state']): Use => ({
  reference: id, text, state, reason: undefined, tokens: undefined, score: undefined, rank: undefined, pinned, isArgument: false,
}); // prettier-ignore

const argument = (value: unknown, index: number): Use => ({
  ...useOf({ id: `argument ${index}`, text: encode(value, `argument ${index}`) }, 'observed'),
  isArgument: true,
});

/** What the body has, and can credit. */
const isAtHand = ({ state, isArgument }: Pick<Use, 'state' | 'isArgument'>) =>
  !isArgument && (state === 'selected' || state === 'observed');

/** A ranker may return anything; what is no number cannot be stored as one. */
const finite = (score: number | undefined) => (Number.isFinite(score) ? score : undefined);
