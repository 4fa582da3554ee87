import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../docs/code-blocks.js';
import { loadInWords, median, printFigures, type Figure } from './print-figures.js';

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

/** The median of several, of each figure by itself. */
function several(times: number, args: readonly string[]): Taken {
  const all = Array.from({ length: times }, () => take(args));
  const known = all.flatMap(({ processor }) => (processor === undefined ? [] : [processor]));
  return { wall: median(all.map(({ wall }) => wall)), processor: known.length > 0 ? median(known) : undefined };
}

/** Prints the figures of docs/readiness.md. */
export function printReadiness(): void {
  const load = `import 'zod'; import 'openai'; import 'better-sqlite3'`;
  const suite = [vitest, 'run', '--root', 'examples', 'support-triage', '-t'];
  const bare = several(starts, ['-e', '0']);
  const loaded = several(starts, ['--input-type=module', '-e', load]);
  const none = several(rounds, [...suite, 'there is no such mode']);
  const one = several(rounds, [...suite, 'context overflow']);
  const six = several(rounds, [...suite, sixModes]);
  const row = (what: string, { wall, processor }: Taken, floor: Taken, most: number): Figure => ({
    what: processor === undefined ? what : `${what}, of processor ${processor.toFixed(2)} s`,
    figure: `${wall.toFixed(2)} s`,
    floor: `${floor.wall.toFixed(2)} s`,
    ratio: wall / floor.wall,
    aim: `${most} × the floor`,
    reached: wall <= most * floor.wall,
  });
  printFigures(`Readiness of the support agent; the floor is a process that does nothing; ${loadInWords()}`, [
    row('a process that loads zod, openai and better-sqlite3', loaded, bare, 4),
    row('the suite is loaded, and no mode is run', none, bare, 60),
    row('one mode, both arms', one, bare, 120),
    row('six modes, both arms', six, bare, 400),
  ]);
}
