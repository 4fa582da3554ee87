import { appendFile, copyFile, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { checkPromises, outboxDigests } from '../../../examples/inbox-triage/crash-story/promises.js';
import { stageIn } from '../../../examples/inbox-triage/crash-story/stage.js';
import { Witness } from '../../../examples/inbox-triage/crash-story/witness.js';
import { startExample } from './cli/inbox-process.js';
import { temporaryFolder } from './mailbox-on-disk.js';

it('tells the truth about two killed processes', { timeout: 90_000 }, async () => {
  const folder = await temporaryFolder();
  const { code, stdout, stderr } = await startExample('crash-story.ts', [folder]).ended;
  expect(stderr).toBe('');
  expect(stdout).not.toContain('\x1b');
  for (const sentence of [
    /SIGKILL to process \d+, in the middle of a draft/,
    /Ruth Adeyemi {8}running {5}gather, classify\n/,
    /In the outbox: nothing\./,
    /process \d+ is dead; what it was at can be taken up at once/,
    /Ruth Adeyemi {8}classify {4}from the journal, not executed/,
    /approved automatically here; "npm run inbox" asks you/,
    /SIGKILL to process \d+, after the mail went out, before its receipt came in/,
    /gather, classify, draft, sendReply: intent without receipt\n/,
    /In the outbox: 1 reply\./,
    /reconcile has found the reply; it is not sent again/,
    /✔ {2}3 replies were approved, 3 are in the outbox: each was sent exactly once/,
    /✔ {2}none of the \d+ steps that were on disk at a kill was executed again/,
    /✔ {2}one step ran twice: the draft that was cut off/,
    /\d+ model calls +from journal +\$[\d.]+ not paid again/,
    /Every promise was kept, in [\d.]+ s\./,
  ])
    expect(stdout).toMatch(sentence);
  expect(stdout).not.toContain('BROKEN');
  const pids = [...stdout.matchAll(/pid (\d+)/g)].map(([, pid]) => pid);
  expect(new Set(pids).size).toBe(4);
  // A process that is killed in the middle of a send may leave its half-made file behind, which is no reply.
  const outbox = await readdir(join(folder, 'crash-story', 'outbox'));
  expect(outbox.filter((name) => name.endsWith('.eml'))).toHaveLength(3);
  expect(code).toBe(0);

  // Its checks would have seen a reply that was sent twice, and one that was sent anew.
  const stage = stageIn(folder);
  const sent = await outboxDigests(stage);
  const [name] = sent.keys();
  const broken = async () => (await checkPromises(stage, new Witness(), 5, new Map([[name!, sent.get(name!)!]]))).map(({ kept }) => kept);
  expect((await broken()).slice(0, 3)).toEqual([true, true, true]);
  await copyFile(join(stage.outbox, name!), join(stage.outbox, 'twice.eml'));
  expect((await broken()).slice(0, 3)).toEqual([true, false, true]);
  await rm(join(stage.outbox, 'twice.eml'));
  await appendFile(join(stage.outbox, name!), 'sent anew');
  expect((await broken()).slice(0, 3)).toEqual([true, true, false]);
});
