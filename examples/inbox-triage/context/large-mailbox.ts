import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DurableFlow, type Audit } from 'durableflow';
import { Progress } from '../cli/progress.js';
import { readInbox } from '../cli/read-inbox.js';
import { count } from '../cli/terminal.js';
import { triageMails } from '../cli/triage-mails.js';
import { InboxTriage } from '../inbox-triage.js';
import { Outbox } from '../mailbox/outbox.js';
import { ModelTriager } from '../models/model-triager.js';
import { rulesModel } from '../models/rules-model.js';
import { runIdOf } from '../triage-mail.js';
import { generateMailbox } from './generate-mailbox.js';

/** The latest mails are triaged; all of them are what can be looked up. */
const triaged = 100;

/** Triages the latest mails of a large mailbox, and tells what was selected for them within which budget. */
export async function selectFromLargeMailbox(
  folder: string,
  mails: number,
  show: (db: string, run: string) => Promise<void>,
): Promise<boolean> {
  const say = (line: string) => void process.stdout.write(`${line}\n`);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const mailbox = join(folder, 'mailbox.mbox');
  await generateMailbox(mailbox, mails);
  const reading = new Progress('Reading');
  const begin = performance.now();
  const calendar = fileURLToPath(new URL('../data/calendar.ics', import.meta.url));
  const inbox = await readInbox(mailbox, calendar, (read) => reading.update(read, mails));
  reading.done();
  say(`${count(inbox.mails.length, 'mail')} read and indexed in ${seconds(begin)}`);

  const db = join(folder, 'runs.db');
  const flow = await DurableFlow.open(db);
  try {
    const triager = new ModelTriager(rulesModel());
    flow.register(InboxTriage, () => new InboxTriage({ knowledge: inbox.knowledge, triager, outbox: new Outbox(join(folder, 'outbox')) }));
    const latest = inbox.mails.slice(-triaged);
    const start = performance.now();
    await triageMails(flow, latest, { concurrency: 16 });
    const audits = latest.map((mail) => flow.audit(runIdOf(mail)));
    say(`the latest ${count(latest.length, 'mail')} of them triaged in ${seconds(start)}\n`);
    const kept = tell(audits, say);
    await flow.close();
    await show(db, audits.at(-1)!.run.id);
    return kept;
  } finally {
    await flow.close();
  }
}

/** Sums over all decisions that had a budget, and whether every one has kept to it. */
function tell(audits: readonly Audit[], say: (line: string) => void): boolean {
  const decisions = audits.flatMap(({ decisions: all }) => all.filter(({ budget }) => budget !== undefined));
  const room = decisions.map(({ budget }) => ({ tokens: budget!.tokens, ceiling: budget!.maxTokens - budget!.reserve }));
  const kept = room.every(({ tokens, ceiling }) => tokens <= ceiling);
  const material = decisions.flatMap((decision) => decision.material);
  const rejected = material.filter(({ state }) => state === 'rejected').length;
  const credited = material.filter(({ state }) => state === 'influential').length;
  const fullest = Math.max(...room.map(({ tokens, ceiling }) => tokens / ceiling));
  say(
    `${count(decisions.length, 'decision')} chose from ${count(material.length, 'item')}: ${count(rejected, 'rejection')}, ${credited} credited`,
  );
  say(`the fullest took ${Math.round(fullest * 100)} % of its room; ${kept ? 'none' : 'one'} went over it\n`);
  return kept;
}

const seconds = (begin: number) => `${((performance.now() - begin) / 1000).toFixed(1)} s`;
