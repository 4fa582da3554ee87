import type { Figure } from './print-figures.js';

/** What each file in `sections/` exports. */
export interface Section {
  readonly title: string;
  /** Measures and gives the rows of its table; of less than is usual, for a test of it. */
  measure(size?: object): Promise<readonly Figure[]>;
}

// A section has a process of its own: neither a compiler nor the section before is in its memory. What is thrown ends it.
process.once('message', (task: { readonly url: string; readonly size?: object }) => void answer(task));

async function answer({ url, size }: { readonly url: string; readonly size?: object }): Promise<void> {
  const { title, measure } = (await import(url)) as Section;
  process.send!({ title, figures: await measure(size) }, () => process.exit(0));
}
