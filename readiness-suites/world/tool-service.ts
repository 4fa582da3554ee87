import type { ServerResponse } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { inspect, isDeepStrictEqual } from 'node:util';
import { decode, encode } from '../../sdk/journal/index.js';
import type { Fault, ToolCall, ToolFault } from './fault.js';
import type { Kill } from './kill-plan.js';
import { gap, sendGrown, sendJson, trickle } from './respond.js';
import { idempotencyKeyIn, withNamedKey, withoutKeys, type ToolBench } from './tool-bench.js';
import type { ToolEntry, WorldLog } from './world-log.js';

/** What a tool call came to, on its way back to the process. */
export type ToolReply =
  { readonly value: string } | { readonly error: { readonly name: string; readonly message: string; readonly code?: string } };

/** In what a call was made, as the process says: an effect's body, its `reconcile`, a step's body, or none of them. */
export interface CallScope {
  readonly kind: 'effect' | 'reconcile' | 'step' | 'none';
  /** The decorated method; empty if there is none. */
  readonly method: string;
}

/** Which tool methods read and which change the world. */
export type Classify = (name: string, scope: CallScope) => 'read' | 'effect';

/** Who calls: which process, and in what. */
export interface Caller {
  readonly life: number;
  readonly scope: CallScope;
  /** A key of `effectKey()` that is among the arguments. */
  readonly key?: string | undefined;
}

const longestArgs = 400;

/** Carries out the calls of the process under test, counts what they do, and goes wrong as the fault says. */
export class ToolService {
  readonly #bench: ToolBench;
  readonly #log: WorldLog;
  readonly #fault: Fault;
  readonly #classify: Classify;
  readonly #honoursKeys: boolean;
  readonly #kills: readonly Kill[];
  readonly #strike: (at: string, life: number) => boolean;
  readonly #onWait: () => void;
  readonly #calls = new Map<string, number>();
  readonly #done = new Map<string, ToolReply>();

  constructor(options: {
    readonly bench: ToolBench;
    readonly log: WorldLog;
    readonly fault: Fault;
    readonly classify: Classify;
    /** A second call with a key that is known changes nothing and gets the first one's answer. */
    readonly honoursKeys: boolean;
    readonly kills: readonly Kill[];
    /** Whether the process that was struck is spared, and gets its answer. */
    readonly strike: (at: string, life: number) => boolean;
    /** Called when an answer is kept back. */
    readonly onWait?: () => void;
  }) {
    this.#bench = options.bench;
    this.#log = options.log;
    this.#fault = options.fault;
    this.#classify = options.classify;
    this.#honoursKeys = options.honoursKeys;
    this.#kills = options.kills;
    this.#strike = options.strike;
    this.#onWait = options.onWait ?? (() => {});
  }

  async answer(toolName: string, method: string, encodedArgs: string, caller: Caller, response: ServerResponse): Promise<void> {
    const { life, scope } = caller;
    const name = method === '' ? toolName : `${toolName}.${method}`;
    const found = this.#bench.find(toolName, method);
    if (!found) return this.#reply(response, failed('TypeError', `${name} is not a function`));
    const args = decode(encodedArgs) as unknown[];
    const kind = this.#classify(name, scope);
    const key = found.tool.options.key?.(method, args) ?? idempotencyKeyIn(args) ?? caller.key;
    const values = caller.key === undefined || idempotencyKeyIn(args) === caller.key ? args : (withNamedKey(args, caller.key) as unknown[]);
    const nth = (this.#calls.get(name) ?? 0) + 1;
    this.#calls.set(name, nth);
    const call: ToolCall = { name, kind, args, key, nth, life };
    const entry: ToolEntry = {
      tool: name,
      kind,
      args: shortArgs(values),
      key,
      applied: false,
      approved: undefined,
      outcome: 'answered',
      life,
      atMs: this.#log.now(),
      values,
      scope,
      answer: undefined,
    };
    this.#log.tools.push(entry);
    const fault = this.#fault.tool?.(call);
    if (fault) {
      entry.outcome = fault.label;
      this.#log.fired.push(`${name}, call ${nth}`);
    }
    if (keepsBack(fault)) this.#onWait();
    if (fault?.kind === 'silence') return;
    if (fault?.kind === 'trickle') return trickle(response);
    if (fault?.kind === 'failure') return this.#reply(response, failed(fault.name, fault.message));
    const reply = await this.#carryOut(call, entry, found.call);
    if (this.#isStruckAfter(call) && !this.#strike(`${name}, after the effect`, life)) return;
    if (fault?.kind === 'late') await pause(fault.ms, undefined, { ref: false });
    if (fault?.kind === 'grown' && 'value' in reply)
      return sendGrown(response, JSON.stringify(await instead(reply, { make: (right) => fault.make(right, gap) })), fault.megabytes);
    this.#reply(response, fault?.kind === 'instead' ? await instead(reply, fault) : reply);
  }

  async #carryOut(
    { name, kind, args, key }: ToolCall,
    entry: ToolEntry,
    perform: (args: readonly unknown[]) => unknown,
  ): Promise<ToolReply> {
    const deed = key === undefined ? undefined : `${name} ${key}`;
    const known = kind === 'effect' && this.#honoursKeys && deed !== undefined ? this.#done.get(deed) : undefined;
    if (known) {
      entry.outcome = 'answered as before';
      return known;
    }
    let reply: ToolReply;
    try {
      entry.answer = await perform(args);
      reply = { value: encode(entry.answer, `what ${name} returned`) };
      entry.applied = kind === 'effect';
    } catch (error) {
      entry.outcome = 'failed';
      reply = errorReply(error);
    }
    if (deed !== undefined && 'value' in reply) this.#done.set(deed, reply);
    return reply;
  }

  #isStruckAfter({ name, kind, life }: ToolCall): boolean {
    return kind === 'effect' && this.#kills.some((it) => it.point === 'after_effect' && it.effect === name && it.life === life);
  }

  #reply(response: ServerResponse, reply: ToolReply): void {
    sendJson(response, 200, reply);
  }
}

/** The caller has nothing to do but to wait. */
export const keepsBack = (fault: ToolFault | undefined): boolean =>
  fault?.kind === 'silence' || fault?.kind === 'trickle' || fault?.kind === 'late';

async function instead(reply: ToolReply, { make }: Pick<Extract<ToolFault, { kind: 'instead' }>, 'make'>): Promise<ToolReply> {
  if ('error' in reply) return reply;
  return { value: encode(await make(decode(reply.value)), 'a faulty answer') };
}

function errorReply(error: unknown): ToolReply {
  if (!(error instanceof Error)) return failed('Error', String(error));
  const { code } = error as { readonly code?: unknown };
  return { error: { name: error.name, message: error.message, ...(typeof code === 'string' && { code }) } };
}

const failed = (name: string, message: string): ToolReply => ({ error: { name, message } });

/** The arguments, for people: without the key, which is told by itself, so that the same deed reads the same. */
export function shortArgs(args: readonly unknown[]): string {
  const told = args.map(withoutKeys).filter((arg, i) => isDeepStrictEqual(arg, args[i]) || Object.keys(arg as object).length > 0);
  const text = told.map((arg) => inspect(arg, { depth: 4, breakLength: Infinity, maxStringLength: 120, maxArrayLength: 5 })).join(', ');
  return text.length <= longestArgs ? text : `${text.slice(0, longestArgs)}…`;
}
