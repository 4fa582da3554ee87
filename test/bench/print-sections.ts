import { compileForBench } from './compile-for-bench.js';
import { loadInWords, printFigures } from './print-figures.js';
import { runSection, type MeasuredSection } from './run-section.js';
import { sectionNames } from './section-names.js';
import { documentWithSections } from './sections-document.js';
import { writeDocument } from './write-document.js';

/** Measures these sections, one after another, and prints each when it is done. Only all of them together make the table of docs/performance.md. */
export async function printSections(names: readonly string[] = sectionNames, { write = false } = {}): Promise<void> {
  const rounds = process.env['ROUNDS'];
  const compiled = await compileForBench();
  try {
    const measured: MeasuredSection[] = [];
    for (const name of names) {
      console.error(`measuring: ${name}`);
      const section = await runSection(compiled, name, rounds === undefined ? undefined : { rounds: Number(rounds) });
      printFigures(`${section.title}; ${loadInWords()}`, section.figures);
      measured.push(section);
    }
    if (write) await writeDocument('docs/performance.md', documentWithSections(measured));
  } finally {
    compiled.remove();
  }
}
