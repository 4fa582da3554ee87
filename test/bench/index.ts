// `npm run bench`, `npm run bench -- selection`, `-- index`, `-- planner-proxy`, `-- planner-value`

const benches: Readonly<Record<string, () => Promise<unknown>>> = {
  engine: () => import('./engine.js'),
  selection: () => import('./selection/print-selection.js'),
  index: () => import('./context-index.js'),
  'planner-proxy': () => import('./planner-proxy.js').then(({ printProxy }) => printProxy()),
  'planner-value': () => import('./planner-value/print-value.js').then(({ printValue }) => printValue()),
};

const [name = 'engine'] = process.argv.slice(2);
const bench = benches[name];
if (!bench) throw new Error(`there is no bench "${name}"; there are ${Object.keys(benches).join(', ')}`);
await bench();
