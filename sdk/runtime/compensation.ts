import { currentScope, type CallReceiver } from '../definition/current-run.js';
import { DurableFlowError } from '../errors/index.js';
import { decode } from '../journal/index.js';

/** A completed call that can be undone. */
export interface Undoable {
  readonly instance: unknown;
  /** The method that undoes it. */
  readonly method: string;
  /** The encoded value that the call returned. */
  readonly value: string;
  readonly encodedArgs: string;
}

const prefix = 'undo:';

/** Whether a record belongs to the undoing. */
export const isUndo = (name: string): boolean => name.startsWith(prefix);

/** What a run has done that can be undone, in the order in which it was done. */
export class Compensation {
  readonly #done: Undoable[] = [];
  #running = false;

  get isRunning(): boolean {
    return this.#running;
  }

  add(undoable: Undoable): void {
    this.#done.push(undoable);
  }

  /** Undoes everything, the last first, each as a durable call in `scope`. One failure does not keep the others from being undone. */
  async run(scope: CallReceiver, cause: unknown): Promise<DurableFlowError | undefined> {
    this.#running = true;
    const failed: { method: string; error: string }[] = [];
    for (const { instance, method, value, encodedArgs } of this.#done.toReversed()) {
      try {
        const undo = (instance as Record<string, (...args: unknown[]) => unknown>)[method]!;
        await currentScope.run(scope, () => undo.call(instance, decode(value), ...(decode(encodedArgs) as unknown[])));
      } catch (error) {
        failed.push({ method, error: String(error) });
      }
    }
    if (failed.length === 0) return undefined;
    return new DurableFlowError('DF_COMPENSATION_FAILED', `${failed.map(({ method }) => method).join(', ')} could not be carried out`, {
      details: { failed },
      cause,
    });
  }
}
