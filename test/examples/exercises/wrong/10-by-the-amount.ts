// The check says: not at all, and the run takes it for sent
import { sideEffect, workflow } from 'durableflow';

export interface Transfer {
  readonly person: string;
  readonly cents: number;
  readonly reference: string;
}

export interface Bank {
  /** Moves money, each time. Returns when it did. */
  order(transfer: Transfer): Promise<void>;
  /** A page of all transfers, the oldest first. Begin with page 0. */
  statement(page: number): Promise<{ readonly transfers: readonly Transfer[]; readonly next: number | undefined }>;
}

export interface PayoutInput {
  readonly payout: string;
  readonly person: string;
  readonly cents: number;
}

@workflow({ name: 'payout' })
export class Payout {
  constructor(private readonly bank: Bank) {}

  async run({ payout, person, cents }: PayoutInput) {
    return this.transfer(payout, person, cents);
  }

  @sideEffect({ idempotencyKey: (payout) => `payout:${payout}`, reconcile: 'findTransfer' })
  async transfer(payout: string, person: string, cents: number) {
    await this.bank.order({ person, cents, reference: payout });
    return `${person} got ${cents}`;
  }

  async findTransfer(_payout: string, person: string, cents: number) {
    for (let page: number | undefined = 0; page !== undefined;) {
      const { transfers, next }: Awaited<ReturnType<Bank['statement']>> = await this.bank.statement(page);
      if (transfers.some((it) => it.person === person && it.cents === cents)) return `${person} got ${cents}`;
      page = next;
    }
    return undefined;
  }
}
