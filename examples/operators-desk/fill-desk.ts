import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { DurableFlow } from 'durableflow';
import { Planner } from 'durableflow/planner';
import { readCast } from '../inbox-triage/crash-story/cast.js';
import { triageMails } from '../inbox-triage/cli/triage-mails.js';
import { readShopData } from '../support-triage/clients/shop-data.js';
import { triageTickets } from '../support-triage/cli/triage-tickets.js';
import { StoryStage } from '../target-planner/story-targets.js';
import { deskFile, register } from './desk-app.js';
import { FollowParcel, ImportCustomers, PaySupplier } from './desk-classes.js';

/** Makes the runs of the desk, each by the engine: some end, some wait for a person, one was killed in the middle of a payment. */
export async function fillDesk(say: (what: string) => void): Promise<void> {
  say('a process is killed in the middle of a payment and of an import');
  await killInTheMiddle();
  const flow = await DurableFlow.open(deskFile);
  try {
    await register(flow);
    say('support tickets, some decided');
    const { tickets } = await readShopData();
    let asked = 0;
    // Of the gates that come up: yes to the first two, no to the third; the rest is for whoever opens the page.
    await triageTickets(flow, tickets, 'ada', async () => {
      asked++;
      if (asked <= 2) return { kind: 'approve' };
      return asked === 3 ? { kind: 'reject', reason: 'The order was never returned.' } : { kind: 'later' };
    });
    say('mails, with what the models knew');
    await triageMails(flow, (await readCast()).mails, { concurrency: 2 });
    say('payments, parcels and imports');
    const runs = await Promise.all([
      flow.start(PaySupplier, { to: 'Rahmen & Co', amountCents: 184_000 }, { id: 'supplier:rahmen' }),
      flow.start(PaySupplier, { to: 'Gepaeck GmbH', amountCents: 52_500 }, { id: 'supplier:gepaeck' }),
      flow.start(FollowParcel, { parcel: 'JD0146', remind: true }, { id: 'parcel:JD0146' }),
      flow.start(FollowParcel, { parcel: 'JD0199', remind: false }, { id: 'parcel:JD0199' }),
      flow.start(ImportCustomers, 9, { id: 'import:broken' }),
    ]);
    await Promise.all(runs.map((run) => run.settled()));
    // One of two; the other half is for whoever opens the other link.
    const [gate] = flow.approvals().filter(({ runId }) => runId === 'supplier:rahmen');
    if (gate) await flow.approve(gate.id, { by: 'ada', digest: gate.digest });
    await Promise.all([flow.run('import:autumn').settled(), flow.run('wage:mira').settled()]);
  } finally {
    await flow.close();
  }
  say('requests to the target planner');
  await askPlanner();
}

async function killInTheMiddle(): Promise<void> {
  const child = spawn(process.execPath, ['--import', 'tsx', fileURLToPath(new URL('dying-process.ts', import.meta.url))], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const died = once(child, 'exit').then(() => {
    throw new Error('the process that was to be killed has ended by itself');
  });
  await Promise.race([once(child.stdout, 'data'), died]);
  died.catch(() => {});
  child.kill('SIGKILL');
  await once(child, 'close');
}

async function askPlanner(): Promise<void> {
  await using stage = await StoryStage.open();
  await using planner = await Planner.open({ targets: stage.targets, file: deskFile });
  const questions = [
    'Sort this ticket: where is my parcel?',
    'Say something kind about lighthouses.',
    'Is a frame of 58 cm too tall for me?',
  ];
  for (const content of questions) await planner.complete({ model: 'auto', messages: [{ role: 'user', content }], max_tokens: 60 });
}
