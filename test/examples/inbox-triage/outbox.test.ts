import { spawn } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Outbox, type Reply } from '../../../examples/inbox-triage/mailbox/outbox.js';
import { mailsIn, temporaryFolder } from './mailbox-on-disk.js';

const REPLY: Reply = {
  to: 'ada@friends.example',
  subject: 'Re: Größe',
  text: 'Dear Ada,\n\nthe size is 26,8 mm. Grüße!\n.\nFrom us\n',
  inReplyTo: '1@friends.example',
  references: ['0@friends.example', '<1@friends.example>'],
};
const KEY = { idempotencyKey: 'reply/1@friends.example' };

describe('sending', () => {
  it('writes a message that comes out as it went in', async () => {
    const folder = await temporaryFolder();
    const sent = await new Outbox(folder).send(REPLY, KEY);
    expect(await mailsIn(folder)).toMatchObject([
      {
        id: sent.messageId,
        source: basename(sent.file),
        from: 'hello@fernhillbikes.example',
        to: ['ada@friends.example'],
        subject: 'Re: Größe',
        text: 'Dear Ada,\n\nthe size is 26,8 mm. Grüße!\n.\nFrom us',
        inReplyTo: '1@friends.example',
        references: ['0@friends.example', '1@friends.example'],
      },
    ]);
  });

  it('writes what RFC 5322 asks for', async () => {
    const { file } = await new Outbox(await temporaryFolder()).send({ ...REPLY, text: 'long '.repeat(1000) }, KEY);
    const raw = await readFile(file, 'latin1');
    expect(raw).toMatch(/^[\x20-\x7e\r\n\t]*$/);
    expect(raw.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
    expect(Math.max(...raw.split('\r\n').map((line) => line.length))).toBeLessThan(998);
    for (const name of ['From', 'To', 'Subject', 'Date', 'Message-ID', 'MIME-Version', 'Auto-Submitted']) {
      expect(raw.split('\r\n\r\n')[0]).toMatch(new RegExp(`^${name}: \\S`, 'm'));
    }
  });

  it('happens once per key', async () => {
    const folder = await temporaryFolder();
    const outbox = new Outbox(folder);
    const first = await outbox.send(REPLY, KEY);
    const before = await readFile(first.file);
    expect(await new Outbox(folder).send({ ...REPLY, text: 'something else' }, KEY)).toEqual(first);
    expect(await readFile(first.file)).toEqual(before);
    expect(await readdir(folder)).toEqual([basename(first.file)]);
    expect((await outbox.send(REPLY, { idempotencyKey: 'reply-1@friends.example' })).file).not.toBe(first.file);
  });

  it('can be found out about after a crash', async () => {
    const folder = join(await temporaryFolder(), 'not', 'yet', 'there');
    expect(await new Outbox(folder).find(KEY.idempotencyKey)).toBeUndefined();
    const sent = await new Outbox(folder).send(REPLY, KEY);
    expect(await new Outbox(folder).find(KEY.idempotencyKey)).toEqual(sent);
  });

  it.each(['../../etc/passwd', 'a\0b', '', '.', 'CON', 'ключ', 'k'.repeat(5000)])(
    'stays in the folder with the key %j',
    async (idempotencyKey) => {
      const folder = await temporaryFolder();
      const { file } = await new Outbox(folder).send(REPLY, { idempotencyKey });
      expect(await readdir(folder)).toEqual([basename(file)]);
      expect(basename(file)).toMatch(/^[A-Za-z0-9_-]{0,60}-[0-9a-f]{32}\.eml$/);
    },
  );

  it('in two processes at once produces one file', { timeout: 60_000 }, async () => {
    const folder = await temporaryFolder();
    const racers = await Promise.all([racer(folder), racer(folder), racer(folder)]);
    const results = await Promise.all(racers.map((go) => go()));
    expect(new Set(results).size).toBe(1);
    expect(await readdir(folder)).toHaveLength(1);
    expect(await mailsIn(folder)).toHaveLength(1);
  });

  it('twenty times at once in one process produces one file', async () => {
    const folder = await temporaryFolder();
    await Promise.all(Array.from({ length: 20 }, () => new Outbox(folder).send(REPLY, KEY)));
    expect(await readdir(folder)).toHaveLength(1);
  });
});

describe('header injection', () => {
  const headersOf = async (file: string) => {
    const head = (await readFile(file, 'utf8')).split('\r\n\r\n')[0] ?? '';
    return head
      .replace(/\r\n[ \t]/g, ' ')
      .split('\r\n')
      .map((line) => line.slice(0, line.indexOf(':')).toLowerCase())
      .sort();
  };

  it.each([
    '\r\nBcc: thief@evil.example',
    '\nBcc: thief@evil.example',
    '\rBcc: thief@evil.example',
    '\r\n\r\nnew body',
    '\0',
    '\u2028Bcc: x',
  ])('cannot use %j in a subject or a reference', async (injected) => {
    const outbox = new Outbox(await temporaryFolder());
    const plain = await outbox.send({ ...REPLY }, { idempotencyKey: 'plain' });
    const { file } = await outbox.send(
      {
        ...REPLY,
        subject: `Re: x${injected}`,
        inReplyTo: `1@friends.example`,
        references: ['0@friends.example', `2@x.example${injected}`],
      },
      { idempotencyKey: 'injected' },
    );
    expect(await headersOf(file)).toEqual(await headersOf(plain.file));
  });

  it.each([
    'a@b.example\r\nBcc: c@d.example',
    'a@b.example, c@d.example',
    'x: a@b.example;',
    'Ada <a@b.example>',
    '',
    'nobody',
    'a@b.example\0',
  ])('refuses to send to %j', async (to) => {
    const folder = await temporaryFolder();
    await expect(new Outbox(folder).send({ ...REPLY, to }, KEY)).rejects.toThrow(/^Cannot send to .* not an email address/);
    expect(await readdir(folder)).toEqual([]);
  });

  it('is impossible with any text', async () => {
    const outbox = new Outbox(await temporaryFolder());
    const expected = await headersOf((await outbox.send({ to: REPLY.to, subject: 'x', text: 'x' }, { idempotencyKey: 'x' })).file);
    const text = fc.string({
      unit: fc.oneof(fc.constantFrom('\r', '\n', ':', ' ', '\t', 'Bcc', '=?'), fc.string({ unit: 'binary', maxLength: 3 })),
    });
    let count = 0;
    await fc.assert(
      fc.asyncProperty(text, text, async (subject, body) => {
        const { file } = await outbox.send({ to: REPLY.to, subject: `s${subject}`, text: body }, { idempotencyKey: `run ${count++}` });
        expect((await headersOf(file)).filter((name) => name !== 'content-transfer-encoding')).toEqual(
          expected.filter((name) => name !== 'content-transfer-encoding'),
        );
      }),
      { numRuns: 100 },
    );
  });
});

/** Starts a process and answers when it stands at the starting line; call the result to let it run. */
async function racer(folder: string): Promise<() => Promise<string>> {
  const script = fileURLToPath(new URL('send-reply-process.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', script, folder, KEY.idempotencyKey], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const nextLine = async () => String((await lines.next()).value);
  expect(await nextLine()).toBe('ready');
  return async () => {
    child.stdin.write('go\n');
    return nextLine();
  };
}
