// The check says: read page 1 and page 2 again
import { step, workflow } from 'durableflow';
import type { Library } from '../../../../examples/exercises/01-survive-a-kill/solution.js';

@workflow({ name: 'report' })
export class Report {
  constructor(private readonly library: Library) {}

  async run(pages: number) {
    return this.sumUp(await this.readAll(pages));
  }

  // All pages are one record, which a killed process has not written.
  @step()
  async readAll(pages: number) {
    const texts: string[] = [];
    for (let page = 1; page <= pages; page++) texts.push(await this.library.read(page));
    return texts;
  }

  @step()
  async sumUp(texts: string[]) {
    return `${texts.length} pages, ${texts.join('').length} letters`;
  }
}
