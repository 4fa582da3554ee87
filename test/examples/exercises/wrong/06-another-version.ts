// The check says: waits for ever
import { approval, now, step, workflow } from 'durableflow';

export interface Stock {
  count(item: string): number;
  sold(item: string, cents: number): void;
}

@workflow({ name: 'order', version: '2' })
export class Order {
  constructor(private readonly stock: Stock) {}

  async run(item: string) {
    if ((await this.count(item)) === 0) return 'sold out';
    const cents = now().getUTCDay() === 5 ? 80 : 100;
    await this.sell(item, cents);
    return `${item} for ${cents}`;
  }

  @step()
  async count(item: string) {
    return this.stock.count(item);
  }

  @approval({ onCodeChange: 'keep' })
  @step()
  async sell(item: string, cents: number) {
    this.stock.sold(item, cents);
  }
}
