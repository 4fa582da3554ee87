import { estimateTokens } from '../context/index.js';
import { DurableFlowError } from '../errors/index.js';
import { wordsOf } from './words-of.js';

/** What became of a tool call, as the model is told of it. */
export interface Observation {
  /**
   * `invalid`: no such tool, or its schema refuses the input. `rejected`: an operator refused, or nobody decided in time.
   * `refused`: the loop did not make the call.
   */
  readonly outcome: 'done' | 'failed' | 'invalid' | 'rejected' | 'refused';
  /** The call was made before, was not made again, and this is what came of it then. */
  readonly isRepeat?: true;
  /** What the loop says of it. It never holds text of the tool's. */
  readonly note: string | undefined;
  /** What the tool said, in pieces that can be left out one by one. Not to be trusted. */
  readonly parts: readonly string[];
  /** The pieces are the entries of a list, rather than one text that was cut up. */
  readonly isList: boolean;
}

/** A piece of a long text has so many tokens at the most, so that some of it can be selected. */
const pieceTokens = 400;
const longestList = 2000;
const longestMessage = 300;
/** No more characters than this are searched for what matters, so that a runaway output costs little. */
const mostSearched = 1_000_000;

/**
 * What a tool returned, sized: of more than `maxTokens`, what shares most words with the task is kept, in its order, and
 * the note says so.
 */
export function outputObservation(output: unknown, maxTokens: number, task: string): Observation {
  if (output === undefined || output === null) return said('done', 'The tool returned nothing.');
  const most = Math.max(mostSearched, maxTokens * 4);
  const list = listOf(output);
  if (list) {
    const searched = searchable(list, most).map(clean);
    const parts = mostRelevant(searched, maxTokens, task);
    const beginning = searched.length < list.length ? ` Only the first ${searched.length} were searched.` : '';
    const kept = `The tool returned ${list.length} entries; the ${parts.length} that share most with the task were kept.${beginning}`;
    return { outcome: 'done', note: parts.length < list.length ? kept : undefined, parts, isList: true };
  }
  const text = typeof output === 'string' ? output : JSON.stringify(output, replaceBigInt, 1);
  const pieces = cutUp(text.slice(0, most)).map(clean);
  const parts = mostRelevant(pieces, maxTokens, task);
  const beginning = text.length > most ? ` Only its first ${most} of ${text.length} characters were searched.` : '';
  const kept = `The tool returned a long text; of its ${pieces.length} pieces the ${parts.length} that share most with the task were kept.${beginning}`;
  return { outcome: 'done', note: parts.length < pieces.length || beginning ? kept : undefined, parts, isList: false };
}

/** The first of the texts that are no longer than this together; at least one of them, cut off where it has to be. */
function searchable(texts: readonly string[], most: number): string[] {
  let length = 0;
  const end = texts.findIndex((text) => (length += text.length) > most);
  if (end < 0) return [...texts];
  return end === 0 ? [texts[0]!.slice(0, most)] : texts.slice(0, end);
}

function mostRelevant(all: readonly string[], maxTokens: number, task: string): string[] {
  const sizes = all.map((text) => estimateTokens(text));
  if (all.length <= longestList && sizes.reduce((sum, size) => sum + size, 0) <= maxTokens) return [...all];
  const asked = new Set(wordsOf(task));
  const ranked = all
    .map((text, index) => ({ index, score: new Set(wordsOf(text).filter((word) => asked.has(word))).size }))
    .sort((a, b) => b.score - a.score || a.index - b.index);
  const kept = new Set<number>();
  let left = maxTokens;
  for (const { index } of ranked) {
    if (sizes[index]! > left || kept.size >= longestList) continue;
    kept.add(index);
    left -= sizes[index]!;
  }
  return all.filter((_, index) => kept.has(index));
}

/** What a failed call says to the model; undefined for an error that is no tool's, which must end the run. */
export function errorObservation(error: unknown): Observation | undefined {
  const code = error instanceof DurableFlowError ? error.code : undefined;
  if (code === undefined) {
    const message = clean(error instanceof Error ? error.message : String(error)).slice(0, longestMessage);
    return { outcome: 'failed', note: 'The call failed.', parts: message === '' ? [] : [message], isList: false };
  }
  switch (code) {
    case 'DF_APPROVAL_REJECTED':
    case 'DF_APPROVAL_EXPIRED':
      return said('rejected', rejection(error as DurableFlowError));
    case 'DF_OUTPUT_INVALID':
      return said('failed', 'The tool returned something malformed. Nothing of it was used.');
    case 'DF_STEP_TIMEOUT':
      return said('failed', 'The tool did not answer in time.');
    case 'DF_EFFECT_KEY_REUSED':
      return said('refused', 'The same was asked for before with other arguments. It was not done again.');
    case 'DF_MCP_OUTPUT_INVALID':
      return said('failed', 'The server answered with something malformed. Nothing of it was used.');
    default:
      // Of a model that a tool asks, or of a server; everything else is a mistake in the program or the end of the run.
      return /^DF_(?:MODEL|MCP)_/.test(code) ? said('failed', `The call failed (${code}).`) : undefined;
  }
}

/** Words of the loop alone. */
export const said = (outcome: Observation['outcome'], note: string): Observation => ({ outcome, note, parts: [], isList: false });

function rejection(error: DurableFlowError): string {
  if (error.code === 'DF_APPROVAL_EXPIRED') return 'Nobody approved the call in time. It was not made. Do not ask for it again.';
  const { reason } = error.details;
  return `An operator refused the call. It was not made. Do not ask for it again.${typeof reason === 'string' ? ` Reason: ${reason}` : ''}`;
}

/** The entries of a list, each as text; what stands beside the list in an object comes first. */
function listOf(output: unknown): string[] | undefined {
  const texts = (list: readonly unknown[]) =>
    list.map((entry) => (typeof entry === 'string' ? entry : (JSON.stringify(entry, replaceBigInt) ?? 'null')));
  if (Array.isArray(output)) return texts(output);
  if (typeof output !== 'object' || output === null) return undefined;
  const lists = Object.entries(output).filter(([, value]) => Array.isArray(value) && value.length > 1);
  if (lists.length !== 1) return undefined;
  const [name, list] = lists[0] as [string, unknown[]];
  return [JSON.stringify({ ...output, [name]: `${list.length} entries follow` }, replaceBigInt), ...texts(list)];
}

/** A text in pieces that end at a line or a word where there is one. */
function cutUp(text: string): string[] {
  const pieces: string[] = [];
  const length = pieceTokens * 3;
  for (let from = 0; from < text.length;) {
    const head = text.slice(from, from + length);
    const end = Math.max(head.lastIndexOf('\n'), head.lastIndexOf(' '));
    const isLast = from + length >= text.length;
    const size = isLast || end <= length / 2 ? head.length - (!isLast && /[\ud800-\udbff]$/.test(head) ? 1 : 0) : end + 1;
    pieces.push(head.slice(0, size));
    from += size;
  }
  return pieces;
}

/** Without what a reader does not see but a model does: control characters, directions, and tags of Unicode. */
export const clean = (text: string): string => text.replace(/(?![\n\t])\p{Cc}|[\u202a-\u202e\u2066-\u2069\u{e0000}-\u{e007f}]/gu, '');

const replaceBigInt = (_key: string, value: unknown): unknown => (typeof value === 'bigint' ? String(value) : value);
