import { once, EventEmitter } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { DurableFlow, type TelemetryEvent } from 'durableflow';
import { Narrator, type Promised } from './narrator.js';
import { ShopServer, type Seen } from './shop-server.js';
import { freshFile } from './stage.js';
import { ticket } from './ticket.js';
import { WorkerProcess } from './worker-process.js';

/** The same story for every framework: only the processes differ. */
export interface CrashStory {
  /** A word for the file. */
  readonly name: string;
  readonly title: string;
  /** The script of a process that runs the agent. */
  readonly worker: URL;
}

/** How long the model thinks, in milliseconds. */
const thinking = 250;

/** Tells the story in the terminal; whether everything that was promised was kept. */
export async function tellCrashStory({ name, title, worker }: CrashStory): Promise<boolean> {
  const db = await freshFile('.demo', name);
  await using shop = await ShopServer.open();
  const narrator = new Narrator();
  const executed: string[] = [];
  // To load a framework takes longer than the whole story, so all processes do it at once and wait for their turn.
  const workers = Array.from({ length: 4 }, () => {
    return new WorkerProcess(fileURLToPath(worker), { db, url: shop.url }, (event: TelemetryEvent) => {
      if (event.event === 'step.recorded') executed.push(event.method);
      narrator.event(event);
    });
  });
  narrator.title(title);
  narrator.say('Real processes, real SIGKILL, one SQLite file. The model is scripted, and is asked over HTTP like a real one.');
  narrator.say(`\n  “${ticket.text}”`);
  try {
    await act(workers, db, shop, narrator);
  } finally {
    for (const it of workers) it.kill();
  }

  const { status, output } = await readRun(db);
  narrator.say(`\n  “${(output as { reply?: string } | undefined)?.reply ?? status}”`);
  narrator.chapter('What was promised');
  const promises = check(shop, executed, status);
  for (const promise of promises) narrator.check(promise);
  const kept = promises.every((promise) => promise.kept);
  narrator.say(`\n${kept ? 'Every promise was kept' : 'A promise was broken'}, in ${narrator.seconds()} s. Look at it yourself:`);
  narrator.say(`  npx tsx sdk/cli/main.ts --db ${db} show ${ticket.id}`);
  return kept;
}

async function act(workers: readonly WorkerProcess[], db: string, shop: ShopServer, narrator: Narrator): Promise<void> {
  const asked = new EventEmitter();
  let hangingRefund = true;
  shop.beforeAnswer = async (seen) => {
    asked.emit(placeOf(seen));
    if (seen.what === 'model') await sleep(thinking);
    if (seen.what === 'refund' && hangingRefund) await new Promise(() => {});
  };
  const waiting = workers.values();
  const begin = (chapter: string) => {
    const process = waiting.next().value!;
    narrator.chapter(chapter, `pid ${process.pid}`);
    process.begin();
    return process;
  };
  const killAt = async (process: WorkerProcess, place: string, where: string) => {
    // A process that ends before it gets there has told why.
    await Promise.race([once(asked, place), process.ended('killed')]);
    if (place.startsWith('model')) await sleep(thinking / 2);
    process.kill();
    await process.ended('killed');
    narrator.killed(process.pid, where);
  };

  await killAt(begin('A process begins'), 'model 2', 'while the model thought about its second turn');
  await begin('A second process goes on').ended('done');
  narrator.chapter('A person approves', 'automatically here');
  narrator.line('approved', await approve(db));
  await killAt(begin('A third process pays'), 'refund 1', 'after the money was sent, before the receipt came back');
  hangingRefund = false;
  await begin('A fourth process goes on').ended('done');
}

const placeOf = ({ what, number }: Seen) => `${what} ${number}`;

/** What the story promises, by what the shop and the model have seen. */
export function check(shop: Pick<ShopServer, 'count' | 'refunds'>, executed: readonly string[], status: string): Promised[] {
  const recorded = (method: string) => executed.filter((it) => it === method).length;
  return [
    { kept: status === 'completed', text: 'the conversation came to its end' },
    {
      kept: shop.refunds.length === 1,
      text: `${shop.refunds.length} refund was paid, though a process died between the payment and its receipt`,
    },
    {
      kept: shop.count('customer') === 1 && shop.count('order') === 1,
      text: 'the customer and the order were looked up once each',
    },
    {
      kept: recorded('think') === 3 && shop.count('model') === 4,
      text: `the model was asked ${shop.count('model')} times: for its ${recorded('think')} turns, and for the one that was cut off`,
    },
  ];
}

/** The person is this process: it opens the same file, executes nothing, and says yes. */
async function approve(db: string): Promise<string> {
  const flow = await DurableFlow.open(db);
  try {
    const [approval] = flow.approvals();
    if (!approval) throw new Error('nothing waits for an approval, which was not meant');
    await flow.approve(approval.id, { by: 'crash-story', digest: approval.digest });
    return approval.show;
  } finally {
    await flow.close();
  }
}

async function readRun(db: string) {
  const flow = await DurableFlow.open(db);
  const run = flow.show(ticket.id);
  await flow.close();
  return run;
}
