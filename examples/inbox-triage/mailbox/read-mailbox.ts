import { createReadStream } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, join, relative } from 'node:path';
import type { MailboxEntry } from './mail.js';
import { digestOf, parseMail, UnparsableMailError } from './parse-mail.js';
import { MAX_MESSAGE_BYTES, splitMbox } from './split-mbox.js';

export type { Mail, MailboxEntry } from './mail.js';

/** A message as it lies in the mailbox, or why it cannot even be read. */
type RawMail = { source: string; raw: Buffer } | { source: string; reason: string };

/**
 * Reads a mailbox, one message at a time: an mbox file of any size, a single .eml file, or a folder
 * with .eml files (and folders of them, in the order of their paths). What cannot be read as a
 * message, or is the same as an earlier one, comes out as `unparsed` with the reason.
 */
export async function* readMailbox(path: string): AsyncGenerator<MailboxEntry> {
  const sourcesByDigest = new Map<string, string>();
  const ids = new Set<string>();
  for await (const found of await openMailbox(path)) {
    if ('reason' in found) {
      yield { kind: 'unparsed', ...found };
      continue;
    }
    const { source, raw } = found;
    const digest = digestOf(raw);
    const earlier = sourcesByDigest.get(digest);
    if (earlier !== undefined) {
      yield { kind: 'unparsed', source, reason: `The message is a duplicate of ${earlier}.` };
      continue;
    }
    const entry = await parseEntry(raw, source);
    if (entry.kind === 'message') {
      sourcesByDigest.set(digest, source);
      entry.message.id = uniqueId(entry.message.id, digest, ids);
    }
    yield entry;
  }
}

async function parseEntry(raw: Buffer, source: string): Promise<MailboxEntry> {
  try {
    return { kind: 'message', message: await parseMail(raw, source) };
  } catch (error) {
    if (!(error instanceof UnparsableMailError)) throw error;
    return { kind: 'unparsed', source, reason: error.message };
  }
}

function uniqueId(id: string, digest: string, taken: Set<string>): string {
  const unique = taken.has(id) ? `${id}#${digest.slice(0, 12)}` : id;
  taken.add(unique);
  return unique;
}

async function openMailbox(path: string): Promise<AsyncGenerator<RawMail>> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT' && error.code !== 'ENOTDIR') throw error;
    throw new Error(`There is no mailbox at ${path}. Give the path of an mbox file or of a folder with .eml files.`);
  });
  if (found.isDirectory()) return emlFiles(path, await emlPaths(path));
  if (!found.isFile()) throw new Error(`${path} is neither a file nor a folder.`);
  if (found.size === 0) {
    throw new Error(`${path} is empty. Export the mailbox again, as an mbox file or as .eml files.`);
  }
  return isEml(path) ? emlFiles(join(path, '..'), [path]) : mboxMessages(path);
}

async function emlPaths(folder: string): Promise<string[]> {
  const files = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = files
    .filter((file) => isEml(file.name) && (file.isFile() || file.isSymbolicLink()))
    .map((file) => join(file.parentPath, file.name))
    .sort();
  if (paths.length > 0) return paths;
  throw new Error(
    `There are no .eml files in ${folder}. Export the messages as .eml, or give the path of an mbox file ` +
      '(in an Apple Mail export, that is the file named "mbox" inside the folder).',
  );
}

function isEml(path: string): boolean {
  return path.toLowerCase().endsWith('.eml');
}

async function* emlFiles(folder: string, paths: string[]): AsyncGenerator<RawMail> {
  for (const path of paths) {
    const source = relative(folder, path);
    try {
      const { size } = await stat(path);
      yield size > MAX_MESSAGE_BYTES ? tooLarge(source, size) : { source, raw: await readFile(path) };
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      yield { source, reason: `The file cannot be read: ${reason}` };
    }
  }
}

async function* mboxMessages(path: string): AsyncGenerator<RawMail> {
  const file = createReadStream(path, { highWaterMark: 256 * 1024 });
  for await (const { index, raw, bytes } of splitMbox(file)) {
    const source = `${basename(path)}#${index}`;
    yield raw === undefined ? tooLarge(source, bytes) : { source, raw };
  }
}

function tooLarge(source: string, bytes: number): RawMail {
  return { source, reason: `The message is too large to be read (${Math.round(bytes / 1024 / 1024)} MB).` };
}
