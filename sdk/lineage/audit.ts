import { decode, digest, type JournalRecord } from '../journal/index.js';
import type { ArtifactState, ArtifactUse, DecisionRecord, History, ModelCallRecord, RunStatus, Verdict } from '../store/index.js';

/** A piece of material as one decision had it. */
export type AuditUse = ArtifactUse;

/** Where an argument came from: the run's input, what a call returned, or `run()` itself, which made it of something. */
export type AuditSource =
  { readonly kind: 'input' } | { readonly kind: 'call'; readonly call: number; readonly method: string } | { readonly kind: 'run' };

/** An argument of a decision that was not material to choose from. */
export interface AuditArgument {
  readonly index: number;
  readonly digest: string;
  readonly from: AuditSource;
}

/** One question to a model. Money is in US dollars. */
export interface AuditModelCall extends Omit<ModelCallRecord, 'startedAt'> {
  readonly startedAt: Date;
}

/** What one call knew, which models it asked, and what it credits. */
export interface AuditDecision {
  readonly call: number;
  readonly method: string;
  readonly recordedAt: Date;
  /** `open`: its outcome is not on record (yet). */
  readonly outcome: 'returned' | 'threw' | 'open';
  readonly budget: DecisionRecord['budget'];
  readonly arguments: readonly AuditArgument[];
  /** In the order in which they were offered. */
  readonly material: readonly AuditUse[];
  readonly modelCalls: readonly AuditModelCall[];
  /** It was made, and paid for, by the run that this one was forked from. */
  readonly inherited: boolean;
}

/** A piece of material over the whole run: how far it has come at the most, and where. */
export interface AuditArtifact {
  readonly reference: string;
  readonly digest: string;
  readonly state: ArtifactState;
  readonly uses: readonly { readonly call: number; readonly method: string; readonly state: ArtifactState }[];
}

/** A recorded call, with what people and the outside world had to do with it. */
export interface AuditStep {
  readonly call: number;
  readonly method: string;
  readonly outcome: 'returned' | 'threw';
  /** The class of the error. */
  readonly error: string | undefined;
  readonly attempts: number;
  readonly startedAt: Date;
  readonly endedAt: Date;
  /** Digest of the value or the error. */
  readonly digest: string;
}

/** A gate, and who has decided what. */
export interface AuditApproval {
  readonly call: number;
  readonly method: string;
  readonly verdict: Verdict | undefined;
  readonly by: string | undefined;
  readonly decidedAt: Date | undefined;
  /** An operator has changed the arguments. */
  readonly edited: boolean;
}

/** An effect on the outside world. */
export interface AuditEffect {
  readonly call: number;
  readonly method: string;
  readonly key: string;
  readonly state: string;
}

/** Sums over the run; what was inherited is not in the model calls, tokens and money. */
export interface AuditTotals {
  readonly decisions: number;
  readonly modelCalls: number;
  readonly answered: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly costUsd: number;
  /** Model calls of which nobody knows what they cost. */
  readonly unknownCosts: number;
  /** Pieces of material by how far they have come. */
  readonly material: Readonly<Record<ArtifactState, number>>;
}

/** What a run knew, what it asked, and what it credits, as plain data. */
export interface Audit {
  readonly run: {
    readonly id: string;
    readonly workflow: string;
    readonly version: string;
    readonly status: RunStatus;
    readonly inputDigest: string;
    readonly createdAt: Date;
    readonly updatedAt: Date;
    /** How often the run was taken up by a process: 1 if nothing ever interrupted it. */
    readonly claims: number;
    readonly parent: string | undefined;
  };
  readonly steps: readonly AuditStep[];
  readonly decisions: readonly AuditDecision[];
  readonly artifacts: readonly AuditArtifact[];
  readonly approvals: readonly AuditApproval[];
  readonly effects: readonly AuditEffect[];
  readonly totals: AuditTotals;
}

/** From the least to the most. */
const states = ['observed', 'retrieved', 'rejected', 'selected', 'consumed', 'influential'] as const satisfies readonly ArtifactState[];

/**
 * Reads the audit out of a history, which may come from another file or machine (`flow.exportHistory`); `flow.audit` does
 * both.
 *
 * @example
 * ```ts
 * import { auditOf, DurableFlow, scriptedModel, step, workflow } from 'durableflow';
 *
 * @workflow({ name: 'greeter' })
 * class Greeter {
 *   run(name: string) {
 *     return this.greet(name);
 *   }
 *
 *   @step()
 *   async greet(name: string) {
 *     const model = scriptedModel([`Hello ${name}.`]);
 *     return (await model.complete({ messages: [{ role: 'user', content: `Greet ${name}` }], maxTokens: 10 })).text;
 *   }
 * }
 *
 * const flow = await DurableFlow.open(':memory:');
 * flow.register(Greeter, () => new Greeter());
 * await (await flow.start(Greeter, 'Ada', { id: 'r-1' })).result();
 * const audit = auditOf(flow.exportHistory('r-1'));
 * console.log(audit.decisions[0]?.modelCalls.map((it) => it.outcome)); // [ 'answered' ]
 * console.log(audit.decisions[0]?.arguments[0]?.from); // { kind: 'input' }
 * await flow.close();
 * ```
 */
export function auditOf({ run, journal, approvals, effects, decisions = [] }: History): Audit {
  const sources = new Map<string, AuditSource>();
  for (const { call, name: method, value, outcome } of [...journal].sort((a, b) => b.call - a.call))
    if (outcome === 'returned') sources.set(digest(value), { kind: 'call', call, method });
  sources.set(run.inputDigest, { kind: 'input' });
  const outcomes = new Map(journal.map(({ call, outcome }) => [call, outcome]));
  const audited = decisions.map((decision) => decisionOf(decision, outcomes.get(decision.call) ?? 'open', sources));
  const artifacts = artifactsOf(audited);
  const { id, workflow, version, status, inputDigest, createdAt, updatedAt, epoch, parent } = run;
  return {
    run: {
      id,
      workflow,
      version,
      status,
      inputDigest,
      createdAt: new Date(createdAt),
      updatedAt: new Date(updatedAt),
      claims: epoch,
      parent,
    },
    steps: journal.map(stepOf),
    decisions: audited,
    artifacts,
    approvals: approvals.map(({ call, method, verdict, decidedBy, decidedAt, edited }) => ({
      call,
      method,
      verdict,
      by: decidedBy,
      decidedAt: decidedAt === undefined ? undefined : new Date(decidedAt),
      edited: edited !== undefined,
    })),
    effects: effects.map(({ call, method, key, state }) => ({ call, method, key, state })),
    totals: totalsOf(audited, artifacts),
  };
}

const argumentReference = /^argument (\d+)$/;

function decisionOf(
  { call, method, recordedAt, budget, artifacts, modelCalls, inherited }: DecisionRecord,
  outcome: AuditDecision['outcome'],
  sources: ReadonlyMap<string, AuditSource>,
): AuditDecision {
  const isArgument = ({ reference, state }: ArtifactUse) => state === 'observed' && argumentReference.test(reference);
  return {
    call,
    method,
    recordedAt: new Date(recordedAt),
    outcome,
    budget,
    arguments: artifacts.filter(isArgument).map((use) => ({
      index: Number(argumentReference.exec(use.reference)![1]),
      digest: use.digest,
      from: sources.get(use.digest) ?? { kind: 'run' },
    })),
    material: artifacts.filter((use) => !isArgument(use)),
    modelCalls: modelCalls.map((it) => ({ ...it, startedAt: new Date(it.startedAt) })),
    inherited,
  };
}

function stepOf({ call, name, outcome, value, attempts, startedAt, endedAt }: JournalRecord): AuditStep {
  const error = outcome === 'threw' ? ((decode(value) as { readonly class?: string }).class ?? 'a value') : undefined;
  const times = { startedAt: new Date(startedAt), endedAt: new Date(endedAt) };
  return { call, method: name, outcome, error, attempts, ...times, digest: digest(value) };
}

function artifactsOf(decisions: readonly AuditDecision[]): AuditArtifact[] {
  const artifacts = new Map<string, AuditArtifact & { uses: AuditArtifact['uses'][number][] }>();
  for (const { call, method, material } of decisions) {
    for (const { reference, digest: textDigest, state } of material) {
      const key = JSON.stringify([reference, textDigest]);
      const known = artifacts.get(key) ?? { reference, digest: textDigest, state, uses: [] };
      known.uses.push({ call, method, state });
      artifacts.set(key, states.indexOf(state) > states.indexOf(known.state) ? { ...known, state } : known);
    }
  }
  return [...artifacts.values()];
}

function totalsOf(decisions: readonly AuditDecision[], artifacts: readonly AuditArtifact[]): AuditTotals {
  const calls = decisions.filter(({ inherited }) => !inherited).flatMap(({ modelCalls }) => modelCalls);
  const sum = (of: (call: AuditModelCall) => number | undefined) => calls.reduce((total, call) => total + (of(call) ?? 0), 0);
  const tokens = ({ inputTokens, cacheReadTokens, cacheWriteTokens }: NonNullable<AuditModelCall['usage']>) =>
    inputTokens + cacheReadTokens + cacheWriteTokens;
  return {
    decisions: decisions.length,
    modelCalls: calls.length,
    answered: calls.filter(({ outcome }) => outcome === 'answered').length,
    inputTokens: sum(({ usage }) => usage && tokens(usage)),
    outputTokens: sum(({ usage }) => usage?.outputTokens),
    // In whole micro-dollars, so that the sum of many small amounts is exact.
    costUsd: sum(({ costUsd }) => Math.round((costUsd ?? 0) * 1e6)) / 1e6,
    unknownCosts: calls.filter(({ costUsd }) => costUsd === undefined).length,
    material: Object.fromEntries(
      states.map((state) => [state, artifacts.filter((it) => it.state === state).length]),
    ) as AuditTotals['material'],
  };
}
