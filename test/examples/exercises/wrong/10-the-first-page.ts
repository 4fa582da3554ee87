// The check says: Ann was sent her money 2 times
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

  async findTransfer(payout: string, person: string, cents: number) {
    const { transfers } = await this.bank.statement(0);
    if (transfers.some(({ reference }) => reference === payout)) return `${person} got ${cents}`;
    return undefined;
  }
}
