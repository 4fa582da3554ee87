import { approval, step, workflow } from 'durableflow';
import type { Stock } from './solution.js';

/** The class as it was when the orders that wait were begun. */
@workflow({ name: 'order' })
export class OrderBefore {
  constructor(private readonly stock: Stock) {}

  async run(item: string) {
    await this.sell(item, 100);
    return `${item} for 100`;
  }

  @approval({ onCodeChange: 'keep' })
  @step()
  async sell(item: string, cents: number) {
    this.stock.sold(item, cents);
  }
}
