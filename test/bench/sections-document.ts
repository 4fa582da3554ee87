import { documentWithTables } from '../docs/document-with-table.js';
import { loadInWords } from './print-figures.js';
import type { MeasuredSection } from './run-section.js';

const mark = /(<!-- sections-circumstances -->\n+).+\n/;

/** docs/performance.md with the figures of all sections in its one table of them; what stands around it is kept. */
export function documentWithSections(sections: readonly MeasuredSection[]): string {
  const head = ['What', 'Figure', 'Of the processor', 'Floor', 'Ratio', 'Aim', 'Reached'];
  const rows = sections.flatMap(({ figures }) =>
    figures.map(({ what, figure, processor, floor, ratio, aim, reached }) => [
      ...[what, figure, processor ?? '', floor ?? '', ratio?.toFixed(2) ?? '', aim ?? ''],
      reached === undefined ? '' : reached ? 'yes' : '**no**',
    ]),
  );
  const taken = `${new Date().toISOString().slice(0, 10)}, Node ${process.versions.node}; ${loadInWords()}.`;
  return documentWithTables('docs/performance.md', { sections: [head, ...rows] }).replace(mark, `$1${taken}\n`);
}
