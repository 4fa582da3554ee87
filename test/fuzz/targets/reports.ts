import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseColonyReport } from '../../../colony/report/colony-schema.js';
import { readAvailabilityTrace } from '../../../colony/schedule/availability-trace.js';
import { readNodeTrace } from '../../../colony/schedule/node-trace.js';
import { parseReport } from '../../../readiness-suites/report/readiness-schema.js';
import { parseBaseline } from '../../../readiness-suites/verdict/baseline.js';
import { projectRoot } from '../../docs/code-blocks.js';
import type { FuzzTarget } from '../fuzz-target.js';

const fixture = (name: string) => readFileSync(join(projectRoot, 'test/fixtures/colony', name), 'utf8').slice(0, 4000);

const readers: Readonly<Record<string, (text: string) => unknown>> = {
  nodes: (text) => readNodeTrace(text, 'fuzzed'),
  csv: (text) => readAvailabilityTrace(text, { name: 'fuzzed', format: 'csv', counts: 'available' }),
  json: (text) => readAvailabilityTrace(text, { name: 'fuzzed', format: 'json', counts: 'preempted' }),
  baseline: parseBaseline,
  readiness: parseReport,
  colony: parseColonyReport,
};

/** The first line says which reader gets the rest. */
export const reports: FuzzTarget = {
  seeds: () => [
    `nodes\n${fixture('nodes.csv')}`,
    `csv\n${fixture('availability.csv')}`,
    `json\n${fixture('preempted.json')}`,
    `json\n{"metadata":{"gap_seconds":60},"data":[1,0,1]}`,
    'baseline\n{"version":1,"suites":[{"agent":"a","file":"f","project":"p","threshold":60,"trials":3,"live":false,"modes":[{"id":"m","weight":1}],"reads":[],"options":{}}]}',
    'readiness\n{"version":1,"state":"ship","suites":[]}',
    'colony\n{"version":1,"verdict":{"state":"faster"},"arms":[]}',
  ],
  words: [...Object.keys(readers).map((name) => `${name}\n`), 'date,availability\n', '2023-02-15 22:08:16', '"', ',', '1e400'],
  open: async () => (input) => {
    const at = input.indexOf('\n');
    const reader = Object.hasOwn(readers, input.slice(0, at)) ? readers[input.slice(0, at)]! : readers['csv']!;
    return reader(input.slice(at + 1));
  },
};
