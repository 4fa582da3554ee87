import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../docs/code-blocks.js';

// What the six first modes take for the support agent, both arms. Most of it is processes that start, so the floor is what a process takes that does
// nothing, and one that only loads what the agent's processes load from elsewhere.

const rounds = 3;
const starts = 10;
const sixModes = 'tool timeout|malformed|prompt injection|context overflow|model fallback|crash after';
const vitest = join(projectRoot, 'node_modules/vitest/vitest.mjs');

/** Seconds on the wall, and of processor time with that of all descendants, where the system tells. */
interface Taken {
  readonly wall: number;
  readonly processor: number | undefined;
}

function take(args: readonly string[]): Taken {
  const began = { wall: performance.now(), processor: processorOfChildren() };
  const { status, stderr } = spawnSync(process.execPath, args, { cwd: projectRoot, encoding: 'utf8', maxBuffer: 1 << 28 });
  // Left out modes make it a verdict of `incomplete`, which is a failure to Vitest.
  if (status !== 0 && status !== 1) throw new Error(`node ${args.join(' ')} has failed:\n${stderr}`);
  const now = processorOfChildren();
  return {
    wall: (performance.now() - began.wall) / 1000,
    processor: now === undefined || began.processor === undefined ? undefined : now - began.processor,
  };
}

/** Of children that have ended, in seconds: Linux counts it in hundredths, and tells it in the 16th and 17th field. */
function processorOfChildren(): number | undefined {
  if (!existsSync('/proc/self/stat')) return undefined;
  const fields = readFileSync('/proc/self/stat', 'utf8').split(') ')[1]!.split(' ');
  return (Number(fields[13]) + Number(fields[14])) / 100;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
}

/** The median of several, of each figure by itself. */
function several(times: number, args: readonly string[]): Taken {
  const all = Array.from({ length: times }, () => take(args));
  const known = all.flatMap(({ processor }) => (processor === undefined ? [] : [processor]));
  return { wall: median(all.map(({ wall }) => wall)), processor: known.length > 0 ? median(known) : undefined };
}

/** Prints the figures of docs/readiness.md. */
export function printReadiness(): void {
  const load = `import 'zod'; import 'openai'; import 'better-sqlite3'`;
  const bare = several(starts, ['-e', '0']);
  const loaded = several(starts, ['--input-type=module', '-e', load]);
  const six = several(rounds, [vitest, 'run', '--root', 'examples', 'support-triage', '-t', sixModes]);
  const row = (what: string, { wall, processor }: Taken) => ({
    what,
    seconds: Number(wall.toFixed(2)),
    'of processor': processor === undefined ? '' : Number(processor.toFixed(2)),
    'bare starts': Number((wall / bare.wall).toFixed(1)),
  });
  console.table([
    row('a process that does nothing', bare),
    row('one that loads zod, openai and better-sqlite3', loaded),
    row('six modes, both arms', six),
  ]);
}
