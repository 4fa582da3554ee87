// The check says: The question is whether to draft
import { approval, ApprovalExpired, ApprovalRejected, sideEffect, step, workflow } from 'durableflow';
import type { Mail, Outbox } from '../../../../examples/exercises/03-ask-a-person/solution.js';

@workflow({ name: 'replies' })
export class Replies {
  constructor(private readonly outbox: Outbox) {}

  async run(mail: Mail) {
    const text = await this.draft(mail);
    if (text === undefined) return 'needs no answer';
    try {
      return await this.send(mail.from, text, mail.id);
    } catch (error) {
      if (error instanceof ApprovalExpired) return 'not sent: nobody decided';
      if (error instanceof ApprovalRejected) return `not sent: ${error.reason}`;
      throw error;
    }
  }

  @approval({ expiresIn: '24h', show: ({ from }) => `Answer ${from}` })
  @step()
  async draft({ from, subject }: Mail) {
    return subject.endsWith('?') ? `Dear ${from}, yes.` : undefined;
  }

  @sideEffect({ idempotencyKey: (_to, _text, mailId) => `reply:${mailId}` })
  async send(to: string, text: string, _mailId: string) {
    await this.outbox.send(to, text);
    return 'sent';
  }
}
