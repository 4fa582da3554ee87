import {
  ApprovalExpired,
  ApprovalRejected,
  BudgetExceeded,
  DurableFlowError,
  FatalError,
  ModelError,
  RunCancelled,
  RunDiverged,
  StepTimeout,
} from '../errors/index.js';
import { decode, encode } from './codec.js';

/** A class of errors, as far as the registry needs it. */
export type ErrorClass = abstract new (...args: never[]) => Error;

const builtIn: readonly ErrorClass[] = [
  Error, TypeError, RangeError, SyntaxError, ReferenceError, EvalError, URIError,
  DurableFlowError, ApprovalRejected, ApprovalExpired, RunCancelled, RunDiverged, StepTimeout, FatalError,
  ModelError, BudgetExceeded,
]; // prettier-ignore

/** An error as data. `fields` are its own properties, such as `code` or `status`, as far as they can be encoded. */
interface EncodedError {
  readonly class: string;
  readonly message: string;
  readonly stack?: string;
  readonly cause?: EncodedError | { readonly value: unknown };
  readonly fields?: Record<string, unknown>;
}

/**
 * Turns errors into text and back, so that an error is the same live and replayed: class, message, code, cause and
 * fields. A class that is not registered comes back as a plain `Error` with its name, in both cases.
 */
export class ErrorRegistry {
  readonly #classes = new Map<string, ErrorClass>(builtIn.map((it) => [it.name, it]));

  register(errorClass: ErrorClass): void {
    this.#classes.set(errorClass.name, errorClass);
  }

  encode(error: unknown): string {
    return encode(this.#describe(error, 0), 'an error');
  }

  /** Throws `DF_STORE_CORRUPT` for what is no encoded error, as only a file has it that was damaged or tampered with. */
  decode(text: string): unknown {
    const encoded = decode(text);
    if (typeof encoded !== 'object' || encoded === null) throw new DurableFlowError('DF_STORE_CORRUPT', 'a recorded error is none');
    return this.#revive(encoded, 0);
  }

  #describe(error: unknown, depth: number): EncodedError | { value: unknown } {
    if (!(error instanceof Error)) return { value: encodable(error) ? error : String(error) };
    const fields: Record<string, unknown> = {};
    for (const [key, value] of Object.entries(error)) if (key !== 'cause' && encodable(value)) fields[key] = value;
    const cause = error.cause === undefined || depth >= maxCauses ? undefined : this.#describe(error.cause, depth + 1);
    return {
      class: this.#classes.has(error.constructor.name) ? error.constructor.name : error.name || error.constructor.name,
      message: error.message,
      ...(error.stack && { stack: error.stack }),
      ...(cause && { cause }),
      ...(Object.keys(fields).length > 0 && { fields }),
    };
  }

  #revive(encoded: unknown, depth: number): unknown {
    if (typeof encoded !== 'object' || encoded === null) return encoded;
    if (!('class' in encoded)) return (encoded as { value?: unknown }).value;
    const { class: name, message, stack, cause, fields } = encoded as Partial<Record<keyof EncodedError, unknown>>;
    const error = new Error(typeof message === 'string' ? message : '');
    const known = this.#classes.get(name as string);
    if (known) Object.setPrototypeOf(error, known.prototype as object);
    else if (typeof name === 'string') error.name = name;
    for (const [key, value] of Object.entries(fields ?? {})) {
      Object.defineProperty(error, key, { value, enumerable: true, configurable: true, writable: true });
    }
    if (typeof stack === 'string') error.stack = stack;
    if (cause && depth < maxCauses)
      Object.defineProperty(error, 'cause', { value: this.#revive(cause, depth + 1), configurable: true, writable: true });
    return error;
  }
}

/** Longer chains of causes are cut, which also ends cycles. */
const maxCauses = 8;

function encodable(value: unknown): boolean {
  try {
    encode(value, '');
    return true;
  } catch {
    return false;
  }
}
