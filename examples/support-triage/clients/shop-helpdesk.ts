import { createHash } from 'node:crypto';
import type { Reply, SentReply } from '../schemas.js';
import type { Helpdesk, WriteOptions } from '../support-deps.js';
import { KeyedFiles } from './keyed-files.js';

/** A help desk that writes its mails into a folder, one file a reply, each with the key it was sent under. */
export class ShopHelpdesk implements Helpdesk {
  readonly #sent: KeyedFiles<SentReply & { readonly reply: Reply }>;

  constructor(folder: string) {
    this.#sent = new KeyedFiles(folder);
  }

  async reply(reply: Reply, { idempotencyKey }: WriteOptions): Promise<SentReply> {
    const id = createHash('sha256').update(idempotencyKey).digest('hex').slice(0, 16);
    const { messageId, to } = await this.#sent.keep(idempotencyKey, { messageId: `<${id}@shop.example>`, to: reply.to, reply });
    return { messageId, to };
  }

  async findReply(idempotencyKey: string): Promise<SentReply | undefined> {
    const sent = await this.#sent.find(idempotencyKey);
    return sent && { messageId: sent.messageId, to: sent.to };
  }
}
