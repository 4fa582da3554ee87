import type { ModelRequest, ScriptedAnswer } from '../../sdk/models/index.js';

/** A call that has reached a tool in the world. */
export interface ToolCall {
  /** Such as `crm.refund`. */
  readonly name: string;
  readonly kind: 'read' | 'effect';
  readonly args: readonly unknown[];
  /** The idempotency key that came with it. */
  readonly key: string | undefined;
  /** Which call of this name it is in the trial, from 1, over all processes. */
  readonly nth: number;
  /** Which process called, from 1. */
  readonly life: number;
}

/** A prompt that has reached a model in the world. */
export interface Prompt {
  /** Such as `primary`. */
  readonly target: string;
  readonly request: ModelRequest;
  readonly stream: boolean;
  readonly tokens: number;
  /** Which prompt of this target it is in the trial, from 1. */
  readonly nth: number;
  readonly life: number;
}

/** An HTTP answer. */
export interface WireReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** The connection is cut when so many bytes of the body have been sent. */
  readonly cutAfter?: number;
}

/** What a faulty tool does instead of answering as it should. `label` is what the log calls it. */
export type ToolFault =
  /** No answer, and the connection stays open. */
  | { readonly kind: 'silence'; readonly label: string }
  /** The answer begins, and a byte a second goes on coming. */
  | { readonly kind: 'trickle'; readonly label: string }
  /** The right answer, after this many milliseconds. */
  | { readonly kind: 'late'; readonly ms: number; readonly label: string }
  /** An answer made from the right one; a promise of it is waited for. */
  | { readonly kind: 'instead'; readonly make: (answer: unknown) => unknown; readonly label: string }
  /** An answer with `gap` in it, which is sent as so many megabytes of other text. */
  | { readonly kind: 'grown'; readonly make: (answer: unknown, gap: string) => unknown; readonly megabytes: number; readonly label: string }
  /** For endpoints: the right answer, spoilt on its way over the wire. */
  | { readonly kind: 'wire'; readonly spoil: (reply: WireReply) => WireReply; readonly label: string }
  /** The client of the tool throws. */
  | { readonly kind: 'failure'; readonly name: string; readonly message: string; readonly label: string };

/** What a faulty model does. */
export type ModelFault =
  | { readonly kind: 'silence'; readonly label: string }
  | {
      readonly kind: 'status';
      readonly status: number;
      readonly type: string;
      readonly message: string;
      readonly headers?: Readonly<Record<string, string>>;
      readonly label: string;
    }
  /** A stream that breaks off by a cut connection or by an error event; a whole answer is cut in its middle. */
  | { readonly kind: 'broken'; readonly by: 'cut' | 'error_event'; readonly label: string }
  /** HTTP 200 with something that is no answer. */
  | { readonly kind: 'nonsense'; readonly contentType: string; readonly body: string; readonly label: string }
  | { readonly kind: 'instead'; readonly make: (answer: ScriptedAnswer) => ScriptedAnswer; readonly label: string }
  /** This, whatever it was asked. */
  | { readonly kind: 'says'; readonly answer: ScriptedAnswer; readonly label: string };

/** What goes wrong in a trial. The hooks are asked about every call; what they return happens, undefined is the usual answer. */
export interface Fault {
  /** In words of the user's world. */
  readonly description: string;
  tool?(call: ToolCall): ToolFault | undefined;
  model?(prompt: Prompt): ModelFault | undefined;
}

/** No fault. */
export const calm: Fault = { description: 'nothing goes wrong' };
