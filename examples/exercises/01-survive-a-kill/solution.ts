import { step, workflow } from 'durableflow';

export interface Library {
  read(page: number): Promise<string>;
}

@workflow({ name: 'report' })
export class Report {
  constructor(private readonly library: Library) {}

  async run(pages: number) {
    const texts: string[] = [];
    for (let page = 1; page <= pages; page++) texts.push(await this.readPage(page));
    return this.sumUp(texts);
  }

  // One call a page, so that each is on record by itself.
  @step()
  async readPage(page: number) {
    return this.library.read(page);
  }

  @step()
  async sumUp(texts: string[]) {
    return `${texts.length} pages, ${texts.join('').length} letters`;
  }
}
