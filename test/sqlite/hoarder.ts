import { step, workflow } from 'durableflow';

/** A workflow that fills a disk. */
@workflow({ name: 'hoarder' })
export class Hoarder {
  static executed: number[] = [];

  async run(count: number) {
    let bytes = 0;
    for (let i = 0; i < count; i++) bytes += (await this.keep(i)).length;
    return bytes;
  }

  @step()
  async keep(n: number) {
    Hoarder.executed.push(n);
    return String(n).padStart(2, '0').repeat(50_000);
  }
}
