import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { DurableFlow } from 'durableflow';
import { median, type Figure } from '../print-figures.js';
import { stepText } from '../step-value.js';
import { HalfDone } from './half-done.js';
import { inFolder } from './in-folder.js';
import { killedProcess } from './killed-process.js';

export const title =
  'A process is killed (SIGKILL) in the last of ten steps; FULL; the floor is a process that opens a bare database and writes a row';

/** What the process that goes on tells; milliseconds since 1970. */
interface Told {
  readonly imported: number;
  readonly ended: number;
}

/** Milliseconds. */
interface Found {
  readonly whole: number;
  readonly engine: number;
  readonly floor: number;
  readonly living: number;
}

export async function measure({ rounds = 7 } = {}): Promise<readonly Figure[]> {
  const found: Found[] = [];
  for (let i = 0; i < rounds; i++) found.push(await inFolder(round));
  const of = (pick: (one: Found) => number) => median(found.map(pick));
  const ms = (value: number) => `${value.toFixed(0)} ms`;
  const [whole, floor, engine, living] = [of((it) => it.whole), of((it) => it.floor), of((it) => it.engine), of((it) => it.living)];
  return [
    { what: 'from the death to the end of the run, in a new process', figure: ms(whole), floor: ms(floor), ratio: whole / floor },
    { what: "… the engine's part: from opening the file on", figure: ms(engine), aim: '150 ms', reached: engine <= 150 },
    { what: '… in a process that has the file open already', figure: ms(living), aim: '1,500 ms', reached: living <= 1500 },
  ];
}

async function round(folder: string): Promise<Found> {
  const file = join(folder, 'flow.db');
  await killedProcess(file, 1, 10);
  const died = now();
  const { imported, ended } = await told('go-on.js', file);
  const bare = now();
  const floor = await told('go-on-bare.js', join(folder, 'bare.db'));
  return { whole: ended - died, engine: ended - imported, floor: floor.ended - bare, living: await takenOver(join(folder, 'living.db')) };
}

async function told(script: string, file: string): Promise<Told> {
  const child = fork(new URL(import.meta.resolve(`./${script}`)), [file], { execArgv: ['--no-warnings'] });
  const exited = once(child, 'exit');
  const [message] = (await Promise.race([once(child, 'message'), exited])) as [Told];
  if (typeof message !== 'object') throw new Error(`${script} has ended with ${String(message)}`);
  await exited;
  return message;
}

/** From the death of the one process to the end of its run in the other, which was there before. */
async function takenOver(file: string): Promise<number> {
  const flow = await DurableFlow.open(file);
  let ended = 0;
  const end = new Promise<void>((done) => {
    flow.register(HalfDone, () => new HalfDone(async () => (done(), stepText)));
  });
  await killedProcess(file, 1, 10);
  const died = now();
  await end;
  const [run] = flow.runs();
  await flow.run(run!.id).result();
  ended = now();
  await flow.close();
  return ended - died;
}

const now = () => performance.timeOrigin + performance.now();
