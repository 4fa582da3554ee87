// A run may start others and wait for them, at once or one after another. Each has a journal of its own.
import { child, DurableFlow, step, workflow } from 'durableflow';

@workflow({ name: 'chapter' })
class Chapter {
  async run(text: string) {
    return this.count(text);
  }

  @step()
  async count(text: string) {
    return text.split(' ').length;
  }
}

@workflow({ name: 'book' })
class Book {
  async run(chapters: string[]) {
    const words = await Promise.all(chapters.map((text) => child(Chapter, text)));
    return words.reduce((sum, count) => sum + count, 0);
  }
}

const flow = await DurableFlow.open(':memory:');
flow.register(Chapter, () => new Chapter()).register(Book, () => new Book());
const run = await flow.start(Book, ['it was dark', 'nobody was there', 'the end'], { id: 'book' });
console.log(`${await run.result()} words in ${flow.show('book').children.length} chapters`);
await flow.close();

/* It prints:
8 words in 3 chapters
*/
