/** Reads one input as the code under test would get it. What it throws must have a code; what it returns must not outgrow the input. */
export type Reader = (input: string) => unknown;

/** Code that reads what others have written. */
export interface FuzzTarget {
  /** Inputs as they should be, from which the hostile ones are made; each character is a byte where the code reads bytes. */
  readonly seeds: () => readonly string[];
  /** Words that mean something to the code. */
  readonly words?: readonly string[];
  /** Makes ready whatever is needed; files belong into the folder. */
  readonly open: (folder: string) => Promise<Reader>;
}
