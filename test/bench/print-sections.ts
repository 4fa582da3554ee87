import { compileForBench } from './compile-for-bench.js';
import { loadInWords, printFigures } from './print-figures.js';
import { runSection, type MeasuredSection } from './run-section.js';

/** The files in `sections/` that are measured, each a bench by itself. */
export const sectionNames = ['starts', 'parked', 'recovery', 'kill', 'replay', 'memory', 'file-size', 'loading'] as const;

/** Measures these sections, one after another, and prints each when it is done. */
export async function printSections(names: readonly string[] = sectionNames): Promise<readonly MeasuredSection[]> {
  const compiled = await compileForBench();
  try {
    const measured: MeasuredSection[] = [];
    for (const name of names) {
      const section = await runSection(compiled, name);
      printFigures(`${section.title}; ${loadInWords()}`, section.figures);
      measured.push(section);
    }
    return measured;
  } finally {
    compiled.remove();
  }
}
