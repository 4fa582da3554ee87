import { DurableFlowError, errorCodes } from '../../sdk/errors/index.js';
import { CliError } from '../../sdk/cli/cli-error.js';
import type { Reader } from './fuzz-target.js';

/** What an input has brought to light. */
export interface Finding {
  readonly kind: 'error' | 'hang' | 'memory' | 'pollution' | 'growth';
  readonly what: string;
  readonly input: string;
}

const prototypes = [Object, Array, Function, String, Number, Map, Set, Promise, RegExp, Date, Error].map((it) => it.prototype as object);
const keysOf = () => prototypes.map((it) => Reflect.ownKeys(it).length).join();
const untouched = keysOf();

/** An answer may have so many characters for each of the input, and so many beside. */
const growth = { perCharacter: 40, beside: 200_000 };

/** Lets the input be read, and says what is wrong with what came of it. */
export async function verdict(read: Reader, input: string): Promise<Finding | undefined> {
  let finding: Finding | undefined;
  try {
    const answer = await read(input);
    const size = sizeOf(answer);
    if (size > input.length * growth.perCharacter + growth.beside)
      finding = { kind: 'growth', what: `${input.length} characters became ${size}`, input };
  } catch (error) {
    if (!isCoded(error)) finding = { kind: 'error', what: error instanceof Error ? (error.stack ?? error.message) : String(error), input };
  }
  if (keysOf() === untouched) return finding;
  const what = prototypes.flatMap((it) => Reflect.ownKeys(it).slice(-1).map(String)).join();
  return { kind: 'pollution', what: `a built-in prototype has been changed; the newest keys are ${what}`, input };
}

const isCoded = (error: unknown) =>
  error instanceof CliError || (error instanceof DurableFlowError && Object.hasOwn(errorCodes, error.code));

function sizeOf(answer: unknown): number {
  if (typeof answer === 'string') return answer.length;
  try {
    return JSON.stringify(answer, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value))?.length ?? 0;
  } catch {
    // A circle, which has no size to measure.
    return 0;
  }
}

/** Findings with the same mark have the same cause, as far as can be told. */
export function markOf({ kind, what }: Finding): string {
  const [message = '', ...frames] = what.split('\n');
  const place = frames.find((it) => it.includes('/sdk/') || it.includes('/examples/') || it.includes('/colony/'))?.trim() ?? '';
  return `${kind} ${message.replace(/\d+|"[^"]*"|'[^']*'/g, '…').slice(0, 80)} ${place}`;
}
