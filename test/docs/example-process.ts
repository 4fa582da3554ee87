// A process of its own: runs the modules it is given, one after another, and reports what each of them printed.
import { writeFileSync } from 'node:fs';
import { format, inspect } from 'node:util';
import { pathToFileURL } from 'node:url';
import type { ModuleReport } from './run-examples.js';

const reports: ModuleReport[] = [];
for (const file of process.argv.slice(2)) {
  const printed: Record<number, string> = {};
  console.log = function (this: { line?: number } | undefined, ...args: unknown[]) {
    if (typeof this?.line !== 'number') return;
    const text = format(...args).replace(/\s+/g, ' ');
    printed[this.line] = this.line in printed ? `${printed[this.line]} ${text}` : text;
  };
  try {
    await import(pathToFileURL(file).href);
    reports.push({ printed });
  } catch (error) {
    reports.push({ printed, error: inspect(error) });
  }
}
writeFileSync('reports.json', JSON.stringify(reports));
// An example may leave a timer or a server behind.
process.exit();
