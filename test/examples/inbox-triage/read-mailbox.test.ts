import { appendFile, writeFile } from 'node:fs/promises';
import { createWriteStream } from 'node:fs';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readMailbox } from '../../../examples/inbox-triage/mailbox/read-mailbox.js';
import { entriesOf, fileWith, mailOf, mailsIn, mbox, SEPARATOR, temporaryFolder } from './mailbox-on-disk.js';

const HELLO = 'From: Ada <ada@friends.example>\nTo: us@shop.example\nSubject: Hello\nMessage-ID: <1@friends.example>\n';
const numbered = (id: number, text = `Message ${id}`) =>
  `From: ada@friends.example\nSubject: No. ${id}\nMessage-ID: <${id}@friends.example>\n\n${text}`;

describe('a message', () => {
  it('is read with everything the triage needs', async () => {
    const mail = await mailOf(
      `${HELLO}To: more@shop.example\nReply-To: Desk <desk@friends.example>\nDate: Mon, 02 Nov 2026 09:14:00 +0100\n` +
        'In-Reply-To: <0@shop.example>\nReferences: <a@shop.example>\n <0@shop.example> <a@shop.example>\n\nDear shop,\n\nhello.\n',
    );
    expect(mail).toEqual({
      id: '1@friends.example',
      messageId: '1@friends.example',
      source: 'inbox.mbox#1',
      from: 'ada@friends.example',
      fromName: 'Ada',
      to: ['us@shop.example', 'more@shop.example'],
      replyTo: 'desk@friends.example',
      subject: 'Hello',
      date: '2026-11-02T08:14:00.000Z',
      inReplyTo: '0@shop.example',
      references: ['a@shop.example', '0@shop.example'],
      text: 'Dear shop,\n\nhello.',
      attachments: [],
    });
    expect(JSON.parse(JSON.stringify(mail))).toEqual(mail);
  });

  it('may lack every header that one would expect', async () => {
    const mail = await mailOf('X-Nothing: to see\n\nA text.');
    expect(mail).toMatchObject({
      from: '',
      to: [],
      subject: '',
      date: undefined,
      references: [],
      text: 'A text.',
    });
    expect(mail.id).toMatch(/^sha256:[0-9a-f]{32}$/);
    expect((await mailOf('X-Nothing: to see\n\nA text.')).id).toBe(mail.id);
  });

  it.each(['yesterday', 'Tue, 99 Foo 2026', '', 'room 5'])('with the date %j has no date, rather than today', async (date) => {
    expect((await mailOf(`${HELLO}Date: ${date}\n\nHi`)).date).toBeUndefined();
  });

  it('may have headers only', async () => {
    expect(await mailOf(HELLO)).toMatchObject({ subject: 'Hello', text: '' });
  });

  it('lists its attachments, however deep they are nested', async () => {
    const mail = await mailOf(
      `${HELLO}Content-Type: multipart/mixed; boundary=a\n\n--a\nContent-Type: multipart/related; boundary=b\n\n` +
        '--b\nContent-Type: multipart/alternative; boundary=c\n\n--c\nContent-Type: text/plain\n\nplain\n' +
        '--c\nContent-Type: text/html\n\n<p>html</p>\n--c--\n--b\nContent-Type: image/png\nContent-ID: <x>\n' +
        'Content-Transfer-Encoding: base64\n\nAAAA\n--b--\n--a\nContent-Type: application/pdf; name="../../etc/bill.pdf"\n' +
        'Content-Disposition: attachment; filename="../../etc/bill.pdf"\nContent-Transfer-Encoding: base64\n\nAAECAwQ=\n--a--\n',
    );
    expect(mail.text).toBe('plain');
    expect(mail.attachments).toEqual([
      { filename: 'attachment-1', contentType: 'image/png', bytes: 3 },
      { filename: '.._.._etc_bill.pdf', contentType: 'application/pdf', bytes: 5 },
    ]);
  });

  it('in HTML only becomes readable text, as the message or as a part of it', async () => {
    const html = '<style>p{}</style><p>Dear shop,</p><p>2 &times; <b>tyre</b></p><table><tr><td>Total</td><td>9</td></tr></table>';
    const expected = 'Dear shop,\n\n2 × tyre\n\nTotal 9';
    expect((await mailOf(`${HELLO}Content-Type: text/html\n\n${html}`)).text).toBe(expected);
    const multipart = `${HELLO}Content-Type: multipart/mixed; boundary=a\n\n--a\nContent-Type: text/html\n\n${html}\n--a--\n`;
    expect((await mailOf(multipart)).text).toBe(expected);
  });

  it('keeps the letter when the plain part is only a footer', async () => {
    const letter = 'I would like to order a bell, the loud one. '.repeat(3);
    const mail = await mailOf(
      `${HELLO}Content-Type: multipart/mixed; boundary=a\n\n--a\nContent-Type: text/html\n\n<p>${letter}</p>\n` +
        '--a\nContent-Type: text/plain\n\nSent from my list\n--a--\n',
    );
    expect(mail.text).toContain('the loud one');
  });

  it('survives being cut off in the middle of an attachment', async () => {
    const mail = await mailOf(
      `${HELLO}Content-Type: multipart/mixed; boundary=a\n\n--a\nContent-Type: text/plain\n\nSee the bill.\n` +
        '--a\nContent-Type: application/pdf\nContent-Disposition: attachment; filename=bill.pdf\nContent-Transfer-Encoding: base64\n\nAAECAw',
    );
    expect(mail.text).toBe('See the bill.');
    expect(mail.attachments).toMatchObject([{ filename: 'bill.pdf' }]);
  });

  it('of 20 MB is read, and its text is cut', async () => {
    const line = 'All work and no play makes a dull triage.\n';
    const mail = await mailOf(`${HELLO}\n${line.repeat((20 * 1024 * 1024) / line.length)}`);
    expect(mail.text.length).toBeLessThan(50_100);
    expect(mail.text).toMatch(/\[cut here: the whole text has \d+ characters\]$/);
  });

  it('of 20 MB of HTML is read in reasonable time', async () => {
    const started = performance.now();
    const mail = await mailOf(`${HELLO}Content-Type: text/html\n\n${'<div>dull '.repeat(2 * 1024 * 1024)}`);
    expect(mail.text).toContain('dull');
    expect(performance.now() - started).toBeLessThan(10_000);
  });
});

describe('encodings', () => {
  const typed = (charset: string) => `${HELLO}Content-Type: text/plain; charset=${charset}\n\n`;
  const bytes = (hex: string) => Buffer.from(hex.replaceAll(' ', ''), 'hex');
  it.each([
    ['iso-8859-1', '47 72 fc df 65', 'Grüße'],
    ['windows-1252', '93 31 20 80 94', '“1 €”'],
    ['iso-8859-1', '93 31 20 80 94', '“1 €”'],
    ['koi8-r', 'f0 d2 c9 d7 c5 d4', 'Привет'],
    ['iso-2022-jp', '1b 24 42 24 33 24 73 1b 28 42', 'こん'],
    ['gb2312', 'c4 e3 ba c3', '你好'],
    ['"utf-8"', '47 72 fc df 65', 'Grüße'],
    ['us-ascii', '47 72 c3 bc c3 9f 65', 'Grüße'],
    ['iso-8859-1', '47 72 c3 bc c3 9f 65', 'Grüße'],
    ['x-no-such-charset', '47 72 fc df 65', 'Grüße'],
  ])('%s: %s', async (charset, hex, expected) => {
    expect((await mailOf(Buffer.concat([Buffer.from(typed(charset)), bytes(hex)]))).text).toBe(expected);
  });

  it('understands 8-bit text that names no charset at all, even in the headers', async () => {
    const raw = Buffer.from('From: Jürgen <j@friends.example>\nSubject: Größe\n\nViele Grüße', 'latin1');
    expect(await mailOf(raw)).toMatchObject({ fromName: 'Jürgen', subject: 'Größe', text: 'Viele Grüße' });
  });

  it('decodes each part by its own bytes', async () => {
    const part = (text: Buffer) =>
      Buffer.concat([Buffer.from('--a\nContent-Type: text/plain; charset=utf-8\n\n'), text, Buffer.from('\n')]);
    const head = Buffer.from(`${HELLO}Content-Type: multipart/mixed; boundary=a\n\n`);
    const raw = Buffer.concat([head, part(Buffer.from('Grüße')), part(Buffer.from('Grüße', 'latin1')), Buffer.from('--a--\n')]);
    expect((await mailOf(raw)).text).toMatch(/^Grüße\s+Grüße$/);
  });

  it('decodes RFC 2047 headers', async () => {
    const mail = await mailOf(
      'From: =?koi8-r?B?4c7OwQ==?= <a@friends.example>\nSubject: =?iso-8859-1?Q?Gr=F6=DFe?= =?utf-8?B?IOKApg==?=\n\nHi',
    );
    expect(mail).toMatchObject({ fromName: 'Анна', subject: 'Größe …' });
  });
});

describe('an mbox', () => {
  it.each(['\n', '\r\n'])('is split and unquoted, with lines ending in %j', async (newline) => {
    const text = 'Hello\n\n>From the start:\n>>From deeper\nFrom here on, unquoted prose\n > From indented';
    const content = mbox(numbered(1, text), numbered(2)).toString().replaceAll('\n', newline);
    const mails = await mailsIn(await fileWith(content));
    expect(mails.map((mail) => mail.id)).toEqual(['1@friends.example', '2@friends.example']);
    expect(mails[0]?.text).toBe('Hello\n\nFrom the start:\n>From deeper\nFrom here on, unquoted prose\n > From indented');
  });

  it.each([
    'From - Tue Apr 07 12:00:00 2026',
    'From 1842397@xxx Thu Oct 24 10:11:12 +0000 2026',
    'From MAILER-DAEMON Fri Jul  8 12:08:34 2026',
    'From ada@friends.example Thu, 24 Oct 2026 10:11:12 +0000',
  ])('may separate its messages with %j', async (separator) => {
    const content = `${separator}\n${numbered(1)}\n\n${separator}\n${numbered(2)}\n`;
    expect(await mailsIn(await fileWith(content))).toHaveLength(2);
  });

  it('lists an identical message once, and says so', async () => {
    const entries = await entriesOf(await fileWith(mbox(numbered(1), numbered(2), numbered(1))));
    expect(entries.map((entry) => entry.kind)).toEqual(['message', 'message', 'unparsed']);
    expect(entries[2]).toMatchObject({
      source: 'inbox.mbox#3',
      reason: 'The message is a duplicate of inbox.mbox#1.',
    });
  });

  it('gives different messages with the same Message-ID different, stable ids', async () => {
    const path = await fileWith(mbox(numbered(1), numbered(1, 'changed')));
    const ids = (await mailsIn(path)).map((mail) => mail.id);
    expect(ids[1]).toMatch(/^1@friends\.example#[0-9a-f]{12}$/);
    expect((await mailsIn(path)).map((mail) => mail.id)).toEqual(ids);
    expect((await mailsIn(path)).map((mail) => mail.messageId)).toEqual(Array(2).fill('1@friends.example'));
  });

  it('reports garbage before, between and after messages, and reads the rest', async () => {
    const garbage = Buffer.from(Array.from({ length: 4096 }, (_, index) => (index * 7919 + 13) % 251));
    const path = await fileWith(
      Buffer.concat([garbage, Buffer.from('\n'), mbox(numbered(1), garbage, ''), garbage, Buffer.from('\n'), mbox(numbered(2))]),
    );
    const entries = await entriesOf(path);
    expect(entries.map((entry) => (entry.kind === 'message' ? entry.message.id : entry.reason))).toEqual([
      'There is no mail header here, only other data.',
      '1@friends.example',
      'There is no mail header here, only other data.',
      'There is no mail header here, only other data.',
      '2@friends.example',
    ]);
  });

  it('reports an empty message', async () => {
    const entries = await entriesOf(await fileWith(`${SEPARATOR}\n${mbox(numbered(1)).toString()}`));
    expect(entries).toMatchObject([{ kind: 'unparsed', reason: 'The message is empty.' }, { kind: 'message' }]);
  });

  it('reports a message too large to be read without keeping it in memory', async () => {
    const path = await fileWith(mbox(numbered(1)));
    await appendFile(path, `${SEPARATOR}${numbered(2)}\n`);
    for (let count = 0; count < 65; count++) await appendFile(path, Buffer.alloc(1024 * 1024, 'x'));
    await appendFile(path, `\n\n${mbox(numbered(3)).toString()}`);
    expect(await entriesOf(path)).toMatchObject([
      { kind: 'message' },
      { kind: 'unparsed', source: 'inbox.mbox#2', reason: 'The message is too large to be read (65 MB).' },
      { kind: 'message' },
    ]);
  });

  it('with 5,000 messages is streamed', { timeout: 60_000 }, async () => {
    const path = join(await temporaryFolder(), 'large.mbox');
    const file = createWriteStream(path);
    for (let id = 1; id <= 5000; id++) {
      const attachment = 'QUJD'.repeat(4000);
      const message =
        `From: ada@friends.example\nSubject: No. ${id}\nMessage-ID: <${id}@friends.example>\nContent-Type: multipart/mixed; boundary=a\n\n` +
        `--a\nContent-Type: text/plain\n\nMessage ${id}\n--a\nContent-Type: application/pdf\nContent-Transfer-Encoding: base64\n\n${attachment}\n--a--\n`;
      if (!file.write(mbox(message))) await once(file, 'drain');
    }
    await new Promise((resolve) => file.end(resolve));

    const started = performance.now();
    const before = process.memoryUsage().rss;
    let highest = before;
    let count = 0;
    for await (const entry of readMailbox(path)) {
      if (entry.kind === 'message') count++;
      highest = Math.max(highest, process.memoryUsage().rss);
    }
    const seconds = (performance.now() - started) / 1000;
    const megabytes = (highest - before) / 1024 / 1024;
    console.info(`5,000 messages, 81 MB: ${seconds.toFixed(1)} s, at most ${megabytes.toFixed(0)} MB more memory`);
    expect(count).toBe(5000);
    expect(megabytes).toBeLessThan(250);
  });
});

describe('a folder of .eml files', () => {
  it('is read recursively, in the order of the paths', async () => {
    const folder = await temporaryFolder();
    await mkdir(join(folder, 'b'));
    await writeFile(join(folder, 'c.eml'), numbered(3));
    await writeFile(join(folder, 'b', 'two.EML'), `\ufeff${numbered(2)}`);
    await writeFile(join(folder, 'a.eml'), numbered(1));
    await writeFile(join(folder, 'notes.txt'), 'not a mail');
    const mails = await mailsIn(folder);
    expect(mails.map((mail) => mail.subject)).toEqual(['No. 1', 'No. 2', 'No. 3']);
    expect(mails.map((mail) => mail.source)).toEqual(['a.eml', join('b', 'two.EML'), 'c.eml']);
  });

  it('may be a single file', async () => {
    expect(await mailsIn(await fileWith(numbered(1), 'one.eml'))).toMatchObject([{ source: 'one.eml', subject: 'No. 1' }]);
  });
});

describe('a mailbox that is none', () => {
  it('says what to do when nothing is there', async () => {
    await expect(entriesOf('/no/such/mailbox')).rejects.toThrow('There is no mailbox at /no/such/mailbox. Give the path of');
  });
  it('says what to do when the folder has no .eml files', async () => {
    await expect(entriesOf(await temporaryFolder())).rejects.toThrow(/There are no \.eml files in .* Export the messages as \.eml/);
  });
  it('says what to do when the file is empty', async () => {
    await expect(entriesOf(await fileWith(''))).rejects.toThrow(/is empty\. Export the mailbox again/);
  });
});

describe('whatever the bytes', () => {
  const tokens = [
    ['\n', '\r\n', '\n\n', 'From ', SEPARATOR, '>From ', 'Subject:', 'From: a@b.example', 'Date: ', 'Content-Type: '],
    ['multipart/mixed; boundary=a', '--a', '--a--', 'text/html; charset=', 'utf-8', 'iso-2022-jp', 'message/rfc822'],
    ['Content-Transfer-Encoding: base64', '=?utf-8?B?', '?=', '<b>', '<', 'charset=', '\0', ';', '"'],
  ].flat();
  const token = fc.constantFrom(...tokens);
  const mailish = fc
    .array(
      fc.oneof(
        { weight: 4, arbitrary: token.map((text) => Buffer.from(text)) },
        fc.uint8Array().map((bytes) => Buffer.from(bytes)),
      ),
      { minLength: 1, maxLength: 40 },
    )
    .map((pieces) => Buffer.concat([Buffer.from(' '), ...pieces]));

  it.each(['fuzz.mbox', 'fuzz.eml'])('%s never throws nor hangs', { timeout: 60_000 }, async (name) => {
    const path = await fileWith('x', name);
    await fc.assert(
      fc.asyncProperty(mailish, async (bytes) => {
        const fromStart = bytes.subarray(1);
        await writeFile(path, fromStart.length > 0 ? fromStart : bytes);
        for (const entry of await entriesOf(path)) {
          if (entry.kind === 'message') expect(() => JSON.stringify(entry.message)).not.toThrow();
          else expect(entry.reason).toMatch(/\.$|damaged/);
        }
      }),
      { numRuns: 400, interruptAfterTimeLimit: 50_000, markInterruptAsFailure: true },
    );
  });

  it.each([
    ['tags that never close', `Content-Type: text/html\n\n${'<style '.repeat(200_000)}`],
    ['deep nesting', `Content-Type: text/html\n\n${'<b>'.repeat(300_000)}deep`],
    ['an endless Message-ID', `Message-ID: ${'>'.repeat(500_000)}x\n\nHi`],
    ['a wide Content-Type', `Content-Type: text/plain${' '.repeat(500_000)}x\n\n\xff`],
    ['lines that look like separators', `A: b\n\n${`From ${'Mon Jan '.repeat(60)}\n`.repeat(5000)}`],
  ])('%s do not keep it busy', async (_name, raw) => {
    const started = performance.now();
    await entriesOf(await fileWith(mbox(Buffer.from(raw, 'latin1'))));
    expect(performance.now() - started).toBeLessThan(10_000);
  });
});
