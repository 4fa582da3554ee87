// A process of the crash story: triages the mails of the story, and tells on stdout what it does, in telemetry JSON lines.
import { appendFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { DurableFlow, jsonLines } from 'durableflow';
import { InboxTriage, type TriageDependencies } from '../inbox-triage.js';
import { Outbox } from '../mailbox/outbox.js';
import { ModelTriager } from '../models/model-triager.js';
import { rulesModel } from '../models/rules-model.js';
import { triageMails } from '../cli/triage-mails.js';
import { readCast, readSample } from './cast.js';
import type { Stage } from './stage.js';

const stage = JSON.parse(process.argv[2]!) as Stage;
const { mails, knowledge } = await (stage.mails === 'all' ? readSample() : readCast());

const models = rulesModel({
  latency: stage.modelLatency,
  onAsked: (usage) => appendFileSync(stage.bill, `${JSON.stringify({ pid: process.pid, ...usage })}\n`),
});

// A real provider takes its time to confirm what it has sent; this is the gap in which a crash leaves a doubt.
const quick = new Outbox(stage.outbox);
const outbox: TriageDependencies['outbox'] = {
  async send(reply, options) {
    const sent = await quick.send(reply, options);
    await sleep(stage.confirmation);
    return sent;
  },
  find: (key) => quick.find(key),
};

const flow = await DurableFlow.open(stage.db, { telemetry: jsonLines(process.stdout) });
flow.register(InboxTriage, () => new InboxTriage({ knowledge, triager: new ModelTriager(models), outbox }));
await triageMails(flow, mails, { concurrency: stage.concurrency });
await flow.close();
