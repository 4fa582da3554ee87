import { sectionNames } from './section-names.js';

// `npm run bench`, `npm run bench -- selection`, `-- index`, `-- planner` (all that the planner promises, or a part of it: `planner-plans`, `-proxy`, `-value`),
// `-- otel`, `-- restate`, `-- readiness`, `-- colony`, `-- sections` (starts, parking, recovery, loading and the like, each a bench by itself; with `--write` for
// the table of docs/performance.md), and `-- flame` for its picture

const printPlans = () => import('./planner-plans.js').then((it) => it.printPlans());
const printProxy = () => import('./planner-proxy.js').then((it) => it.printProxy());
const printValue = () => import('./planner-value/print-value.js').then((it) => it.printValue());

const printSections = (names: readonly string[], write = false) =>
  import('./print-sections.js').then((it) => it.printSections(names, { write }));

const benches: Readonly<Record<string, () => Promise<unknown>>> = {
  engine: () => import('./engine.js').then(({ printEngine }) => printEngine()),
  selection: () => import('./selection/print-selection.js'),
  index: () => import('./context-index.js').then(({ printIndex }) => printIndex()),
  planner: () => printPlans().then(printProxy).then(printValue),
  'planner-plans': printPlans,
  'planner-proxy': printProxy,
  otel: () => import('./otel.js').then(({ printOtel }) => printOtel()),
  'planner-value': printValue,
  colony: () => import('./colony.js').then(({ printColony }) => printColony()),
  flame: () => import('./flame/print-flame.js').then(({ printFlame }) => printFlame()),
  restate: () => import('./restate.js').then(({ printRestate }) => printRestate()),
  readiness: () => import('./readiness.js').then(({ printReadiness }) => printReadiness()),
  sections: () => printSections(sectionNames, process.argv.includes('--write')),
  ...Object.fromEntries(sectionNames.map((name) => [name, () => printSections([name])])),
};

const [name = 'engine'] = process.argv.slice(2);
const bench = benches[name];
if (!bench) throw new Error(`there is no bench "${name}"; there are ${Object.keys(benches).join(', ')}`);
await bench();
