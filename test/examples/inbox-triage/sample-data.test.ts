import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readCalendar } from '../../../examples/inbox-triage/mailbox/read-calendar.js';
import { entriesOf, mailsIn } from './mailbox-on-disk.js';

const data = (name: string) => fileURLToPath(new URL(`../../../examples/inbox-triage/data/${name}`, import.meta.url));

describe('the sample inbox', () => {
  it('has 50 messages and one duplicate', async () => {
    const entries = await entriesOf(data('inbox.mbox'));
    expect(entries.filter((entry) => entry.kind === 'message')).toHaveLength(50);
    expect(entries.filter((entry) => entry.kind === 'unparsed')).toMatchObject([{ reason: expect.stringContaining('duplicate') }]);
  });

  it('still has the bytes of its encodings, whatever Git did to the line ends', async () => {
    expect((await readFile(data('inbox.mbox'))).includes(Buffer.from('Logroño', 'latin1'))).toBe(true);
    const mails = await mailsIn(data('inbox.mbox'));
    expect(mails.filter((mail) => JSON.stringify(mail).includes('\ufffd'))).toEqual([]);
    expect(mails.map((mail) => mail.fromName)).toEqual(
      expect.arrayContaining(['Jürgen Köhler', 'Анна Соколова', '田中 由紀', '王 丽华', 'José Antonio Peña', 'Marta Wiśniewska']),
    );
  });

  it('has one thread of five', async () => {
    const thread = (await mailsIn(data('inbox.mbox'))).filter((mail) => mail.subject.endsWith('A tandem for a wedding'));
    expect(thread.map((mail) => mail.references.length)).toEqual([0, 1, 2, 3, 4]);
    expect(thread[4]?.references).toEqual(thread.slice(0, 4).map((mail) => mail.id));
  });

  it('has mails without a subject, date or Message-ID', async () => {
    const mails = await mailsIn(data('inbox.mbox'));
    expect(mails.filter((mail) => !mail.subject)).toHaveLength(1);
    expect(mails.filter((mail) => !mail.date)).toHaveLength(1);
    expect(mails.filter((mail) => !mail.messageId)).toHaveLength(1);
  });
});

describe('the sample calendar', () => {
  it('lists the same entries whenever it is read', async () => {
    const entries = await readCalendar(data('calendar.ics'), new Date('2031-05-05'));
    expect(entries.filter((entry) => entry.uid.startsWith('puncture-class'))).toHaveLength(10);
    expect(entries).toHaveLength(30);
    expect(entries.find((entry) => entry.uid.startsWith('collect-tandem'))).toMatchObject({
      start: '2026-11-20T16:00:00.000Z',
      end: '2026-11-20T16:30:00.000Z',
      location: 'Shop',
      attendees: ['eleanor.voss@mailhaus.example'],
    });
  });
});
