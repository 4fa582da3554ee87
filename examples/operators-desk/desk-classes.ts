import { approval, FatalError, sideEffect, signal, sleep, step, workflow } from 'durableflow';
import { z } from 'zod';

/** A transfer that the bank is asked for; it cannot be asked whether it was made. */
export interface Transfer {
  readonly to: string;
  readonly amountCents: number;
}

export interface Bank {
  transfer(transfer: Transfer): Promise<{ readonly receipt: string }>;
}

/** Pays a supplier, if two people agree. */
@workflow({ name: 'pay-supplier', version: '1' })
export class PaySupplier {
  constructor(private readonly bank: Bank) {}

  async run(transfer: Transfer) {
    return this.pay(transfer);
  }

  @approval({
    quorum: 2,
    deciders: ['ada', 'grace'],
    expiresIn: '2d',
    show: ({ to, amountCents }) => `Pay ${(amountCents / 100).toFixed(2)} to ${to}`,
  })
  @sideEffect({ idempotencyKey: ({ to, amountCents }) => `supplier:${to}:${amountCents}`, retry: { maxAttempts: 1 } })
  async pay(transfer: Transfer) {
    return this.bank.transfer(transfer);
  }
}

/** Pays a wage at once. A process that dies in the middle of it leaves a doubt, because the bank tells nobody what it has done. */
@workflow({ name: 'pay-wage', version: '1' })
export class PayWage {
  constructor(private readonly bank: Bank) {}

  async run(transfer: Transfer) {
    return this.pay(transfer);
  }

  @sideEffect({ idempotencyKey: ({ to }) => `wage:${to}:2026-11`, retry: { maxAttempts: 1 } })
  async pay(transfer: Transfer) {
    return this.bank.transfer(transfer);
  }
}

/** Where the rows of an import come from. */
export interface Rows {
  page(number: number): Promise<number>;
}

/** Reads a list of customers page by page. */
@workflow({ name: 'import-customers', version: '1' })
export class ImportCustomers {
  constructor(private readonly rows: Rows) {}

  async run(pages: number) {
    let customers = 0;
    for (let page = 1; page <= pages; page++) customers += await this.readPage(page);
    return { customers };
  }

  @step({ timeout: '30s', retry: { maxAttempts: 2, initialDelay: '20ms' } })
  async readPage(page: number) {
    if (page > 8) throw new FatalError(`the list has 8 pages, so there is no page ${page}`);
    return this.rows.page(page);
  }
}

/** Waits for a parcel, and reminds of it after three days. */
@workflow({ name: 'follow-parcel', version: '1' })
export class FollowParcel {
  async run({ remind }: { parcel: string; remind: boolean }) {
    if (remind) await sleep('3d');
    else await signal(z.object({ at: z.string() }), 'delivered');
    return 'delivered';
  }
}
