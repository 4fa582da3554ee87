import { sideEffect, step, workflow } from 'durableflow';

export interface Mail {
  readonly id: string;
  readonly from: string;
  readonly subject: string;
}

export interface Outbox {
  send(to: string, text: string): Promise<void>;
}

@workflow({ name: 'replies' })
export class Replies {
  constructor(private readonly outbox: Outbox) {}

  async run(mail: Mail) {
    const text = await this.draft(mail);
    if (text === undefined) return 'needs no answer';
    return this.send(mail.from, text, mail.id);
  }

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
