import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readCustomers, type CustomerRow } from './fixed-width.js';
import { OperationsFile } from './operations-file.js';

/** An invoice; amounts are in cents. */
export interface Invoice {
  readonly number: string;
  readonly customerId: string;
  readonly date: string;
  readonly cents: number;
  readonly state: 'open' | 'paid';
}

/** Money that is given back. */
export interface Credit {
  readonly customerId: string;
  readonly invoice: string;
  readonly cents: number;
}

/** Where somebody lives. */
export type Address = Pick<CustomerRow, 'street' | 'zip' | 'city'>;

/** What it refuses, in words for whoever asked. */
export class CrmRefusal extends Error {}

/** A CRM of the nineties: fixed-width customers, invoices with decimal commas, and, added later, a table of keys. */
export class LegacyCrm {
  readonly #data: string;
  readonly #operations: OperationsFile;

  /** @param data the folder of the old files @param folder where it may write */
  constructor(data: string, folder: string) {
    this.#data = data;
    this.#operations = new OperationsFile(join(folder, 'operations.csv'));
  }

  /** Customers whose name has all of these words, with their addresses of today. */
  async findCustomers(name: string): Promise<CustomerRow[]> {
    const words = name.toLowerCase().split(/\s+/).filter(Boolean);
    return (await this.#customers()).filter((customer) => words.every((word) => customer.name.toLowerCase().includes(word)));
  }

  async invoices(customerId: string): Promise<Invoice[]> {
    return (await this.#invoices()).filter((invoice) => invoice.customerId === customerId);
  }

  /** Gives a credit for an invoice, once a key. Throws `CrmRefusal` if that would be more than was invoiced. */
  async issueCredit(credit: Credit, key: string): Promise<Credit> {
    const { customerId, invoice: number, cents } = credit;
    const done = await this.#operations.find(key);
    if (!done) {
      const invoice = (await this.invoices(customerId)).find((it) => it.number === number);
      if (!invoice) throw new CrmRefusal(`customer ${customerId} has no invoice ${number}`);
      const before = (await this.credits()).filter((it) => it.invoice === number).reduce((sum, it) => sum + it.cents, 0);
      if (before + cents > invoice.cents) throw new CrmRefusal(`invoice ${number} is over ${invoice.cents}, and ${before} are credited`);
    }
    const { fields } = await this.#operations.do({ key, kind: 'credit', customerId, fields: [number, String(cents)] });
    return { customerId, invoice: fields[0]!, cents: Number(fields[1]) };
  }

  /** Moves a customer, once a key. Throws `CrmRefusal` if there is none. */
  async changeAddress(customerId: string, { street, zip, city }: Address, key: string): Promise<CustomerRow> {
    if (!(await this.#customers()).some(({ id }) => id === customerId)) throw new CrmRefusal(`there is no customer ${customerId}`);
    await this.#operations.do({ key, kind: 'address', customerId, fields: [street, zip, city] });
    return (await this.#customers()).find(({ id }) => id === customerId)!;
  }

  async credits(): Promise<Credit[]> {
    const operations = await this.#operations.all();
    return operations.flatMap(({ kind, customerId, fields }) =>
      kind === 'credit' ? [{ customerId, invoice: fields[0]!, cents: Number(fields[1]) }] : [],
    );
  }

  /** What was done under a key. */
  async findOperation(key: string): Promise<Credit | CustomerRow | undefined> {
    const operation = await this.#operations.find(key);
    if (!operation) return undefined;
    const { kind, customerId, fields } = operation;
    if (kind === 'credit') return { customerId, invoice: fields[0]!, cents: Number(fields[1]) };
    return (await this.#customers()).find(({ id }) => id === customerId);
  }

  async #customers(): Promise<CustomerRow[]> {
    const rows = readCustomers(await readFile(join(this.#data, 'customers.dat')));
    const moves = (await this.#operations.all()).filter(({ kind }) => kind === 'address');
    return rows.map((row) => {
      const [street, zip, city] = moves.findLast(({ customerId }) => customerId === row.id)?.fields ?? [];
      return { ...row, ...(street !== undefined && { street, zip: zip!, city: city! }) };
    });
  }

  async #invoices(): Promise<Invoice[]> {
    const text = await readFile(join(this.#data, 'invoices.csv'), 'latin1');
    return text
      .split(/\r?\n/)
      .slice(1)
      .filter(Boolean)
      .map((line) => {
        const [number, customerId, date, amount, state] = line.split(';') as [string, string, string, string, string];
        return { number, customerId, date: isoDate(date), cents: cents(amount), state: state === 'B' ? 'paid' : 'open' };
      });
  }
}

/** `31.12.2026` as `2026-12-31`. */
const isoDate = (date: string) => date.split('.').toReversed().join('-');

/** `1.234,50` as 123450. */
const cents = (amount: string) => Math.round(Number(amount.replaceAll('.', '').replace(',', '.')) * 100);
