import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readBill, readDisk, readOutbox, type Stage } from './stage.js';
import type { Witness } from './witness.js';

/** Something that was promised, and whether it was kept. */
export interface Promised {
  readonly kept: boolean;
  readonly text: string;
}

/** By file name, what is in each reply. */
export async function outboxDigests(stage: Stage): Promise<Map<string, string>> {
  const digests = new Map<string, string>();
  for (const name of await readOutbox(stage)) {
    const content = await readFile(join(stage.outbox, name));
    digests.set(name, createHash('sha256').update(content).digest('hex'));
  }
  return digests;
}

export const isModelCall = (method: string): boolean => method === 'classify' || method === 'draft';

/** Looks at the file, the outbox and the bill at the end of the story; `inDoubt` is the outbox as the second kill left it. */
export async function checkPromises(
  stage: Stage,
  witness: Witness,
  mails: number,
  inDoubt: ReadonlyMap<string, string>,
): Promise<Promised[]> {
  const runs = await readDisk(stage);
  const outbox = await outboxDigests(stage);
  const bill = await readBill(stage);
  const effects = runs.flatMap((run) => run.effects);
  const steps = runs.flatMap(({ id, steps }) => steps.map(({ call, method }) => ({ method, executions: witness.executions(id, call) })));
  const repeated = steps.filter(({ executions }) => executions > 1);
  const answers = steps.filter(({ method }) => isModelCall(method)).length;
  const safe = witness.safeSteps();
  return [
    {
      kept: runs.length === mails && runs.every(({ status }) => status === 'completed'),
      text: `all ${mails} mails were brought to their end`,
    },
    {
      kept: effects.length > 0 && effects.every(({ state }) => state === 'done') && outbox.size === effects.length,
      text: `${effects.length} replies were approved, ${outbox.size} are in the outbox: each was sent exactly once`,
    },
    {
      kept: inDoubt.size === 1 && [...inDoubt].every(([name, digest]) => outbox.get(name) === digest),
      text: 'the reply that was in doubt is the very file that it was before the crash',
    },
    {
      kept: safe.found > 0 && safe.executedAgain === 0,
      text: `none of the ${safe.found} steps that were on disk at a kill was executed again`,
    },
    { kept: repeated.length === 1 && repeated[0]?.method === 'draft', text: 'one step ran twice: the draft that was cut off' },
    {
      kept: bill.length === answers + 1,
      text: `the model was asked ${bill.length} times: for ${answers} answers, and for the one that was cut off`,
    },
  ];
}
