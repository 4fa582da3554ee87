export interface Library {
  read(page: number): Promise<string>;
}

export class Report {
  constructor(private readonly library: Library) {}

  async run(pages: number) {
    const texts: string[] = [];
    for (let page = 1; page <= pages; page++) texts.push(await this.readPage(page));
    return this.sumUp(texts);
  }

  async readPage(page: number) {
    return this.library.read(page);
  }

  async sumUp(texts: string[]) {
    return `${texts.length} pages, ${texts.join('').length} letters`;
  }
}
