import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { SqliteStore } from 'durableflow';
import { describe, expect, it } from 'vitest';
import type { MailState } from '../../../examples/inbox-triage/cli/triage-mails.js';
import { startExample } from './cli/inbox-process.js';
import { fileWith, mbox, temporaryFolder } from './mailbox-on-disk.js';
import { sampleFile } from './sample-inbox.js';

interface Report {
  readonly model: string;
  readonly modelCalls: number;
  readonly costUsd: number;
  readonly unparsed: readonly { source: string; reason: string }[];
  readonly mails: readonly MailState[];
}

const patience = 60_000;

async function inboxIn(folder: string, ...args: string[]) {
  return startExample('main.ts', ['--db', join(folder, 'inbox.db'), '--outbox', join(folder, 'outbox'), ...args]).ended;
}

async function reportIn(folder: string, ...args: string[]): Promise<{ code: number | null; report: Report }> {
  const { code, stdout, stderr } = await inboxIn(folder, '--json', ...args);
  expect(stderr).not.toMatch(/Error/);
  return { code, report: JSON.parse(stdout) as Report };
}

const actions = ({ mails }: Report) => {
  const counts: Record<string, number> = {};
  for (const { status, result } of mails) counts[result?.action ?? status] = (counts[result?.action ?? status] ?? 0) + 1;
  return counts;
};

describe('on the sample mailbox', () => {
  it(
    'triages every mail, leaves the replies waiting, and sends them with --yes; a further run has nothing to do',
    { timeout: patience },
    async () => {
      const folder = await temporaryFolder();
      const first = await inboxIn(folder);
      // On a slow machine it says how far it is.
      expect(first.stderr.replace(/^Triaging: .*\n/gm, '')).toBe('');
      expect(first.code).toBe(2);
      expect(first.stdout).not.toContain('\x1b');
      expect(first.stdout).toContain('scripted rules, no model is asked and nothing is paid');
      expect(first.stdout).toContain('inbox.mbox#46  The message is a duplicate of inbox.mbox#45.');
      expect(first.stdout).toContain('50 mails: 50 new, 0 taken up again, 0 done before.');
      expect(first.stdout).toMatch(/\d+ replies wait for your word:/);
      expect(first.stdout).toContain('approve all of them with --yes');
      expect(await readdir(join(folder, 'outbox')).catch(() => [])).toEqual([]);

      const waiting = Number(/(\d+) replies wait/.exec(first.stdout)![1]);
      const second = await reportIn(folder, '--yes');
      expect(second.code).toBe(0);
      expect(second.report.modelCalls).toBe(0);
      expect(actions(second.report)).toEqual({ replied: waiting, filed: 50 - waiting - 5, flagged: 5 });
      const sent = (await readdir(join(folder, 'outbox'))).sort();
      expect(second.report.mails.flatMap(({ result }) => result?.file ?? []).sort()).toEqual(
        sent.map((name) => join(folder, 'outbox', name)),
      );

      const times = await Promise.all(sent.map((name) => stat(join(folder, 'outbox', name))));
      const third = await reportIn(folder, '--yes');
      expect(third.code).toBe(0);
      expect(third.report).toMatchObject({ modelCalls: 0, costUsd: 0 });
      expect(third.report.mails.filter(({ work }) => work !== 'none')).toEqual([]);
      expect(third.report.mails.map(({ result }) => result)).toEqual(second.report.mails.map(({ result }) => result));
      expect(await Promise.all(sent.map((name) => stat(join(folder, 'outbox', name))))).toEqual(times);
    },
  );

  it('is the same whatever the mailbox is called, and takes only as many as it is told', { timeout: patience }, async () => {
    const folder = await temporaryFolder();
    const copy = await fileWith(await readFile(sampleFile('inbox.mbox')), 'elsewhere.mbox');
    const first = await reportIn(folder, '--limit', '3');
    expect(first.report.mails.map(({ work }) => work)).toEqual(['started', 'started', 'started']);
    const second = await reportIn(folder, '--limit', '5', '--mbox', copy);
    expect(second.report.mails.map(({ work }) => work)).toEqual(['none', 'none', 'none', 'started', 'started']);
  });

  it('sends one reply a mail, though the process is killed again and again', { timeout: patience }, async () => {
    const folder = await temporaryFolder();
    const args = ['--db', join(folder, 'inbox.db'), '--outbox', join(folder, 'outbox'), '--yes', '--json'];
    for (let sent = 0; sent < 3; sent++) {
      const { child, ended } = startExample('main.ts', args);
      const before = await repliesIn(folder);
      // Killed while it sends, or after its end if it is too quick for us.
      while (child.exitCode === null && (await repliesIn(folder)) === before) await sleep(1);
      child.kill('SIGKILL');
      await ended;
    }
    const { code, report } = await reportIn(folder, '--yes');
    expect(code).toBe(0);
    expect(report.mails).toHaveLength(50);
    expect(await repliesIn(folder)).toBe(actions(report)['replied']);
  });
});

const repliesIn = async (folder: string) =>
  (await readdir(join(folder, 'outbox')).catch(() => [])).filter((name) => name.endsWith('.eml')).length;

it('stops gracefully at Ctrl+C and goes on later', { timeout: patience }, async () => {
  const folder = await temporaryFolder();
  const path = await manyMails(1500);
  const { child, ended } = startExample('main.ts', ['--db', join(folder, 'inbox.db'), '--outbox', join(folder, 'outbox'), '--mbox', path]);
  await someAreDone(join(folder, 'inbox.db'));
  child.kill('SIGINT');
  const stopped = await ended;
  expect(stopped).toMatchObject({ code: 2, signal: null });
  expect(stopped.stdout).toContain('Nothing is lost');
  const { code, report } = await reportIn(folder, '--mbox', path);
  expect(code).toBe(0);
  expect(report.mails).toHaveLength(1500);
  expect(report.mails.every(({ status }) => status === 'completed')).toBe(true);
  expect(report.mails.some(({ work }) => work === 'none')).toBe(true);
  expect(report.mails.some(({ work }) => work === 'started')).toBe(true);
});

it('tells two different mails with one Message-ID apart, and lists what is no mail', { timeout: patience }, async () => {
  const folder = await temporaryFolder();
  const mail = (text: string) => `From: ann@mail.example\nMessage-ID: <same@mail.example>\nSubject: Hello\n\n${text}\n`;
  const one = await fileWith(mbox(mail('one')));
  const two = await fileWith(mbox(mail('two'), '\x00\x01 no mail'));
  await reportIn(folder, '--mbox', one);
  const { report } = await reportIn(folder, '--mbox', two);
  expect(report.mails).toMatchObject([{ work: 'started', runId: expect.stringMatching(/^mail:same@mail\.example#[0-9a-f]{12}$/) }]);
  expect(report.unparsed).toMatchObject([{ reason: 'There is no mail header here, only other data.' }]);
  expect((await reportIn(folder, '--mbox', two)).report.mails).toMatchObject([{ work: 'none' }]);
});

describe('bad input', () => {
  it.each([
    [['--mbox', 'no/such/file'], /^Error: There is no mailbox at no\/such\/file\. Give the path of an mbox file/],
    [['--mbox', 'examples'], /^Error: There are no \.eml files in examples\./],
    [['--calendar', 'package.json'], /^Error: package\.json is not an iCalendar file\. Export the calendar again/],
    [['--calendar', 'no.ics'], /^Error: There is no calendar to read at no\.ics\./],
    [['--limit', 'many'], /'--limit <n>' argument 'many' is invalid\. Give a whole number from 1\./],
    [['--mailbox', 'x'], /unknown option '--mailbox'/],
  ])('%j ends with one clear line', { timeout: patience }, async (args, message) => {
    const { code, stderr, stdout } = await inboxIn(await temporaryFolder(), ...args);
    expect(code).toBe(1);
    expect(stderr).toMatch(message);
    expect(stderr.trim().split('\n').length).toBeLessThanOrEqual(2);
    expect(stdout).toBe('');
  });

  it('a file that is no database is left as it is', { timeout: patience }, async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'inbox.db'), 'my diary, not a database. '.repeat(100));
    const { code, stderr } = await inboxIn(folder);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^Error: .*inbox\.db/m);
    expect(await readFile(join(folder, 'inbox.db'), 'utf8')).toMatch(/^my diary/);
  });

  it('a file in the place of the outbox is found out before anything is sent', { timeout: patience }, async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'outbox'), '');
    const { code, stderr } = await inboxIn(folder, '--yes');
    expect(code).toBe(1);
    expect(stderr).toMatch(/^Error: .*outbox is no folder and cannot be made one\. Give another with --outbox\./m);
  });
});

/** Returns as soon as the file holds runs that have ended. */
async function someAreDone(db: string): Promise<void> {
  while (!(await stat(`${db}-wal`).catch(() => undefined))?.size) await sleep(5);
  const store = new SqliteStore(db);
  while (!store.countRuns().completed) await sleep(2);
  await store.close();
}

/** Mails that need no answer, so that nothing of the time goes into replies. */
async function manyMails(count: number): Promise<string> {
  const mails = Array.from(
    { length: count },
    (_, n) => `From: u${n}@mail.example\nMessage-ID: <m${n}@mail.example>\nSubject: Thanks ${n}\n\nAll is well.\n`,
  );
  return fileWith(mbox(...mails));
}
