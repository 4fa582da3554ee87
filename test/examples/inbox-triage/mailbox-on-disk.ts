import { mkdtemp, rm, writeFile, mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { readMailbox, type Mail, type MailboxEntry } from '../../../examples/inbox-triage/mailbox/read-mailbox.js';

export const SEPARATOR = 'From someone@friends.example Mon Nov  2 09:14:00 2026\n';

/** A folder that disappears after the test. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'inbox-triage-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

export async function fileWith(content: string | Buffer, name = 'inbox.mbox'): Promise<string> {
  const path = join(await temporaryFolder(), name);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content);
  return path;
}

/** Joins raw messages to an mbox the way a mail program does. */
export function mbox(...messages: (string | Buffer)[]): Buffer {
  return Buffer.concat(messages.flatMap((raw) => [Buffer.from(SEPARATOR), Buffer.from(raw), Buffer.from('\n\n')]));
}

export async function entriesOf(path: string): Promise<MailboxEntry[]> {
  const entries: MailboxEntry[] = [];
  for await (const entry of readMailbox(path)) entries.push(entry);
  return entries;
}

export async function mailsIn(path: string): Promise<Mail[]> {
  return (await entriesOf(path)).flatMap((entry) => (entry.kind === 'message' ? [entry.message] : []));
}

/** The one message of a mailbox that consists of it. */
export async function mailOf(raw: string | Buffer): Promise<Mail> {
  const entries = await entriesOf(await fileWith(mbox(raw)));
  const [entry] = entries;
  if (entries.length !== 1 || entry?.kind !== 'message') throw new Error(JSON.stringify(entries));
  return entry.message;
}
