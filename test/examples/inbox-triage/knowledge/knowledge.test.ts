import { describe, expect, it } from 'vitest';
import { Knowledge } from '../../../../examples/inbox-triage/knowledge/knowledge.js';
import { MailIndex } from '../../../../examples/inbox-triage/knowledge/mail-index.js';
import { mailNamed, mailWith, sampleInbox } from '../sample-inbox.js';

describe('what is known about a mail', () => {
  it('is its thread, its calendar entry and the notes of the shop', async () => {
    const inbox = await sampleInbox();
    const { items, settledBy } = inbox.knowledge.about(mailNamed(inbox, 'eleanor.voss.9595'));
    expect(items.slice(0, 4).map(({ id }) => id)).toEqual([
      'mail:eleanor.voss.7919@mailhaus.example',
      'mail:hello.5838@fernhillbikes.example',
      'mail:eleanor.voss.3757@mailhaus.example',
      'mail:hello.1676@fernhillbikes.example',
    ]);
    expect(items.filter(({ pinned }) => pinned).map(({ id }) => id)).toEqual(['mail:hello.1676@fernhillbikes.example', 'note:partners']);
    expect(items.find(({ id }) => id.startsWith('calendar:collect-tandem'))?.text).toBe(
      'Calendar, with eleanor.voss@mailhaus.example: Collection: wedding tandem FH-20417 (Eleanor Voss), Friday 20 November, 16:00–16:30.\n' +
        '(Surprise! Write to Eleanor only, never phone the house. Balance due: 1,825 pounds. Brass plate: R & J 21.11.2026.)',
    );
    expect(settledBy).toBeUndefined();
  });

  it('says of the appointments of others only that the workshop is busy', async () => {
    const inbox = await sampleInbox();
    for (const mail of inbox.mails) {
      const calendar = inbox.knowledge.about(mail).items.filter(({ id }) => id.startsWith('calendar:'));
      for (const { text } of calendar) {
        for (const name of ['Adeyemi', 'Lindqvist', 'Tanaka', 'Voss']) {
          if (!mail.fromName?.includes(name) && mail.from !== 'yuki.tanaka@keirin.example') expect(text).not.toContain(name);
        }
      }
    }
  });

  it('shows days that last all day without their end', () => {
    const closed = { uid: 'x', title: 'Closed', start: '2026-12-24', end: '2027-01-02', attendees: [] };
    const stocktake = { uid: 'y', title: 'Stocktake', start: '2026-12-20', end: '2026-12-21', attendees: [] };
    const { items } = new Knowledge(new MailIndex('x.example'), [stocktake, closed]).about(mailWith({ date: '2026-12-19T08:00:00.000Z' }));
    expect(items.map(({ text }) => text)).toEqual(
      expect.arrayContaining([
        'Calendar of the shop: Closed, Thursday, 24 December 2026 – Friday, 1 January 2027.',
        'Calendar of the shop: Stocktake, Sunday 20 December.',
      ]),
    );
  });
});

describe('the index', () => {
  const index = (...mails: ReturnType<typeof mailWith>[]) => {
    const it = new MailIndex('fernhillbikes.example');
    for (const mail of mails) it.add(mail);
    return it;
  };
  const at = (day: number) => `2026-11-${String(day).padStart(2, '0')}T09:00:00.000Z`;

  it('finds earlier mails whatever the order in which they were read', () => {
    const first = mailWith({ id: 'a', date: at(1) });
    const second = mailWith({ id: 'b', date: at(2) });
    const third = mailWith({ id: 'c', date: at(3), references: ['x', 'other'] });
    const other = mailWith({ id: 'other', from: 'tom@fernhillbikes.example', date: at(2) });
    for (const mails of [
      [first, second, third, other],
      [other, third, second, first],
    ]) {
      const found = index(...mails).earlier(third, 5);
      expect(new Map(found.map(({ id, inThread }) => [id, inThread]))).toEqual(
        new Map([
          ['a', false],
          ['b', false],
          ['other', true],
        ]),
      );
    }
    expect(
      index(first, second, third, other)
        .earlier(third, 1)
        .map(({ id }) => id),
    ).toHaveLength(1);
    expect(index(first, second).earlier(first, 5)).toEqual([]);
  });

  it('knows what was answered by the shop, and by nobody else', () => {
    const asked = mailWith({ id: 'a', messageId: 'a' });
    const answer = mailWith({ id: 'b', from: 'tom@fernhillbikes.example', inReplyTo: 'a' });
    expect(index(asked, answer).settledBy(asked)).toEqual({ how: 'answered', id: 'b' });
    expect(index(asked, { ...answer, from: 'tom@else.example' }).settledBy(asked)).toBeUndefined();
    expect(index(asked, { ...answer, subject: 'Automatic reply: A question' }).settledBy(asked)).toBeUndefined();
  });

  it('knows that somebody wrote again', () => {
    const first = mailWith({ id: 'a', date: at(1), subject: 'Where is it?' });
    const again = mailWith({ id: 'b', date: at(5), subject: 'RE: AW: Where is it?' });
    const holiday = mailWith({ id: 'c', date: at(6), subject: 'Automatic reply: Where is it?' });
    expect(index(first, again, holiday).settledBy(first)).toEqual({ how: 'superseded', id: 'b' });
    expect(index(first, again, holiday).settledBy(again)).toBeUndefined();
    expect(
      index(mailWith({ id: 'd', subject: '', date: at(1) }), mailWith({ id: 'e', subject: '', date: at(2) })).settledBy(
        mailWith({ id: 'd', subject: '' }),
      ),
    ).toBeUndefined();
  });

  it('stays quick with a sender of thousands', () => {
    const many = Array.from({ length: 20_000 }, (_, n) =>
      mailWith({ id: `m-${n}`, date: new Date(n * 60_000).toISOString(), subject: `log ${n}` }),
    );
    const it = index(...many);
    for (const mail of many) expect(it.earlier(mail, 5).length).toBeLessThanOrEqual(5);
  });
});
