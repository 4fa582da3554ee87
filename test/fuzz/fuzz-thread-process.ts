// The thread in which inputs are read. What it is about to read stands in shared memory, so that it can be told when the thread hangs or dies.
import { parentPort, workerData } from 'node:worker_threads';
import { pathToFileURL } from 'node:url';
import { projectRoot } from '../docs/code-blocks.js';
import { Randomness } from '../simulation/randomness.js';
import { brokenTargets } from './broken-targets.js';
import { Coverage } from './coverage.js';
import type { Reader } from './fuzz-target.js';
import { mutate } from './mutate.js';
import { noteInput } from './noted-input.js';
import { shrink } from './shrink.js';
import { targets } from './targets.js';
import { markOf, verdict, type Finding } from './verdict.js';

/** What the thread is told. */
export interface ThreadOrders {
  readonly target: string;
  readonly seed: number;
  readonly milliseconds: number;
  /** Read these and no others. */
  readonly inputs: readonly string[] | undefined;
  readonly folder: string;
  readonly noted: SharedArrayBuffer;
}

/** What it tells. */
export type ThreadMessage =
  | { readonly kind: 'found'; readonly finding: Finding }
  | { readonly kind: 'done'; readonly inputs: number; readonly corpus: number; readonly places: number };

const { target: name, seed, milliseconds, inputs: given, folder, noted } = workerData as ThreadOrders;
const { seeds, words = [], open } = await { ...targets, ...brokenTargets }[name]!();
// It is no window.
// oxlint-disable-next-line unicorn/require-post-message-target-origin
const tell = (message: ThreadMessage) => parentPort!.postMessage(message);
const reader = await open(folder);
const read: Reader = (input) => {
  noteInput(noted, input);
  return reader(input);
};
const until = performance.now() + milliseconds;
const known = new Set<string>();
let inputs = 0;

/** Whether the thread is fit to go on. */
async function tryOut(input: string): Promise<boolean> {
  inputs++;
  const finding = await verdict(read, input);
  if (!finding || known.has(markOf(finding))) return true;
  known.add(markOf(finding));
  const isPolluted = finding.kind === 'pollution';
  tell({ kind: 'found', finding: isPolluted ? finding : await shrink(read, finding) });
  return !isPolluted;
}

if (given) {
  for (const input of given) if (!(await tryOut(input))) break;
  tell({ kind: 'done', inputs, corpus: 0, places: 0 });
} else {
  const root = pathToFileURL(projectRoot).href;
  const coverage = new Coverage((url) => url.startsWith(root) && !url.includes('/test/fuzz/'));
  const random = new Randomness(seed);
  const corpus = [...seeds()];
  for (const input of corpus) await tryOut(input);
  coverage.hasGrown();
  for (let isFit = true; isFit && performance.now() < until;) {
    // What was found lately leads further.
    const from = random.chance(0.5) ? corpus.length - 1 - random.below(Math.min(20, corpus.length)) : random.below(corpus.length);
    const input = mutate(corpus[from]!, random, words, corpus);
    isFit = await tryOut(input);
    if (coverage.hasGrown()) corpus.push(input);
  }
  tell({ kind: 'done', inputs, corpus: corpus.length, places: coverage.places });
}
