import { readFileSync } from 'node:fs';
import { basename, join, posix } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { codeBlocksIn, filesIn, projectRoot } from './docs/code-blocks.js';

/** What the parts of the engine may import. Any other part may import these; they may import no other. */
const engine: Readonly<Record<string, readonly string[]>> = {
  errors: [],
  eslint: [],
  journal: ['errors'],
  context: ['errors'],
  telemetry: [],
  store: ['journal', 'errors'],
  approvals: ['store', 'journal', 'errors'],
  page: [],
  http: [],
  lineage: ['store', 'journal', 'page'],
  otel: ['telemetry', 'lineage', 'errors'],
  definition: ['journal', 'errors', 'context'],
  decorators: ['definition', 'errors'],
  runtime: ['definition', 'journal', 'store', 'telemetry', 'context', 'approvals', 'errors'],
  sqlite: ['store', 'journal', 'context', 'errors'],
};

/** Adapters, and the parts that join them to the engine. */
const adapters = ['sqlite'];
const roots = ['durable-flow', 'flow', 'index', 'cli', 'planner', 'restate', 'ui'];

/** Long because they are data. */
const tables = ['sdk/errors/error-codes.ts', 'sdk/sqlite/migrations.ts'];

/** The page of `durableflow ui` runs in a browser, and is a program of its own. */
const inPage = (file: string) => file.startsWith('sdk/ui/page/');

const sources = filesIn('sdk', '.ts').filter((file) => !inPage(file));

/** The files of this project that each of these imports, types included. */
const importsOf = (files: readonly string[]) =>
  new Map(
    files.map((file) => [
      file,
      ts
        .preProcessFile(readFileSync(join(projectRoot, file), 'utf8'))
        .importedFiles.filter(({ fileName }) => fileName.startsWith('.'))
        .map(({ fileName }) => posix.join(posix.dirname(file), fileName).replace(/\.js$/, '.ts')),
    ]),
  );

const within = (folder: string, all: ReadonlyMap<string, readonly string[]>) =>
  new Map([...all].map(([file, imported]) => [file, imported.filter((other) => other.startsWith(`${folder}/`))]));

/** The files of `sdk/` that each of them imports. */
const imports = within('sdk', importsOf(sources));

/** The folder in `sdk/` that a file stands in, or its own name if it stands in none. */
const partOf = (file: string) => file.split('/')[1]!.replace(/\.ts$/, '');

/** Imports from one part of `sdk/` to another. */
const arrows = [...imports].flatMap(([file, imported]) =>
  imported.filter((other) => partOf(other) !== partOf(file)).map((other) => ({ file, from: partOf(file), to: partOf(other), other })),
);

describe('sdk', () => {
  it('is scanned', () => {
    expect(imports.get('sdk/sqlite/sqlite-store.ts')).toContain('sdk/sqlite/commit-group.ts');
    expect(arrows.length).toBeGreaterThan(50);
  });

  it('imports only files that exist', () => {
    expect([...imports.values()].flat().filter((file) => !imports.has(file))).toEqual([]);
  });

  it('has arrows that point one way: the engine knows nothing of what is built on it', () => {
    const wrong = arrows.filter(({ from, to }) => engine[from] && !engine[from].includes(to));
    expect(wrong.map(({ file, other }) => `${file} imports ${other}`)).toEqual([]);
  });

  it('joins adapters in the composition root alone', () => {
    const wrong = arrows.filter(({ from, to }) => [...adapters, 'durable-flow', 'index'].includes(to) && !roots.includes(from));
    expect(wrong.map(({ file, other }) => `${file} imports ${other}`)).toEqual([]);
  });

  it('knows the programs on it, the planner and the page, in the command line alone; the page reads what the planner has recorded', () => {
    const users = arrows.filter(({ from, to }) => (to === 'planner' && from !== 'cli' && from !== 'ui') || (to === 'ui' && from !== 'cli'));
    expect(users.map(({ file }) => file)).toEqual([]);
  });

  it('has no cycles', () => {
    expect(cyclesIn(imports)).toEqual([]);
  });

  it('has one concept a file: no utils, helpers or managers', () => {
    expect(sources.filter((file) => /util|helper|manager|misc|common/.test(basename(file)))).toEqual([]);
  });

  it('has no file over 320 lines, comments not counted', () => {
    const isCode = (line: string) => !/^\s*(?:$|\/\*|\*|\/\/)/.test(line);
    const lines = (file: string) => readFileSync(join(projectRoot, file), 'utf8').split('\n').filter(isCode).length;
    const long = sources.filter((file) => !tables.includes(file) && lines(file) > 320);
    expect(long.map((file) => `${file} has ${lines(file)} lines`)).toEqual([]);
  });

  it('is what docs/architecture.md draws', () => {
    const found = arrows.filter(({ from }) => !roots.includes(from)).map(({ from, to }) => `${from} --> ${to}`);
    expect(drawnIn('Parts')).toEqual([...new Set(found)].toSorted());
  });
});

describe('planner', () => {
  it('has folders that know the contracts, and hardly another folder', () => {
    const folderOf = (file: string) => /^sdk\/planner\/([\w-]+)\//.exec(file)?.[1];
    const between = [...imports].flatMap(([file, imported]) =>
      imported.flatMap((other) => {
        const [from, to] = [folderOf(file), folderOf(other)];
        return from && to && from !== to ? [`${from} --> ${to}`] : [];
      }),
    );
    expect([...new Set(between)].toSorted()).toEqual(['planning --> health', 'trace --> planning']);
  });

  it('asks nobody while it plans: planning, health, traces and configuration know nothing of upstreams', () => {
    const pure = [...imports].filter(([file]) => /^sdk\/planner\/(?:planning|health|trace|config)\//.test(file));
    const wrong = pure.filter(([, imported]) => imported.some((other) => /^sdk\/planner\/(?:execution|proxy)\//.test(other)));
    expect(wrong.map(([file]) => file)).toEqual([]);
  });
});

describe('the page', () => {
  const files = ['.ts', '.tsx'].flatMap((extension) => filesIn('sdk/ui/page', extension));
  const tsxOf = (file: string) => (files.includes(file) ? file : file.replace(/\.ts$/, '.tsx'));
  const all = new Map(
    [...importsOf(files)].map(([file, imported]) => [file, imported.map((other) => (inPage(other) ? tsxOf(other) : other))]),
  );

  it('takes nothing but types from the engine, so that none of it is loaded into a browser', () => {
    expect(files.length).toBeGreaterThan(30);
    const outside = new Set([...all.values()].flat().filter((file) => /\.tsx?$/.test(file) && !inPage(file)));
    expect([...outside].toSorted()).toEqual(['sdk/planner/plan-trace.ts', 'sdk/store/index.ts', 'sdk/ui/contract.ts']);
    const values = files.flatMap(
      (file) =>
        readFileSync(join(projectRoot, file), 'utf8').match(/^import (?!type).*(?:plan-trace|store\/index|contract)\.js';$/gm) ?? [],
    );
    expect(values).toEqual([]);
  });

  it('has no cycles', () => {
    expect(cyclesIn(all)).toEqual([]);
  });
});

describe('colony', () => {
  const files = filesIn('colony', '.ts');
  const all = importsOf(files);
  const elsewhere = [...all].flatMap(([file, imported]) => imported.map((other) => ({ file, other })));
  const wrong = (allowed: RegExp) =>
    elsewhere.filter(({ other }) => !allowed.test(other)).map(({ file, other }) => `${file} imports ${other}`);

  it('stands on the engine, and on what reports and processes of the readiness kit have in common with it', () => {
    expect(elsewhere.length).toBeGreaterThan(100);
    // How workers come behind a front and leave a Restate server as it was is the same for a job and for a trial.
    const fronts = /^readiness-suites\/engine\/(?:worker-front|register-front|renamed-class|forget-services)\.ts$/;
    const common = /^(?:colony|sdk|readiness-suites\/report)\/|^readiness-suites\/trial\/reaper\.ts$/;
    expect(wrong(new RegExp(`${common.source}|${fronts.source}`))).toEqual([]);
  });

  it('is known to the command line, to the plugin and to nobody else', () => {
    const others = importsOf([...sources, ...filesIn('readiness-suites', '.ts')]);
    const users = [...others].filter(([, imported]) => imported.some((other) => other.startsWith('colony/'))).map(([file]) => file);
    expect(users.filter((file) => !file.startsWith('sdk/cli/'))).toEqual([]);
  });

  it('has no cycles', () => {
    expect(cyclesIn(within('colony', all))).toEqual([]);
  });

  it('is what docs/architecture.md draws', () => {
    const folderOf = (file: string) => /^colony\/([\w-]+)\//.exec(file)?.[1];
    const found = elsewhere.flatMap(({ file, other }) => {
      const [from, to] = [folderOf(file), folderOf(other)];
      return from && to && from !== to ? [`${from} --> ${to}`] : [];
    });
    expect(drawnIn('Colony')).toEqual([...new Set(found)].toSorted());
  });
});

/** The arrows of the picture in a section of the document. */
function drawnIn(section: string): string[] {
  const text = readFileSync(join(projectRoot, 'docs/architecture.md'), 'utf8');
  const from = text.indexOf(`## ${section}\n`);
  const part = codeBlocksIn('docs/architecture.md', text.slice(from, text.indexOf('\n## ', from)));
  const { code } = part.find(({ language }) => language === 'mermaid')!;
  return [...code.matchAll(/^ *([\w-]+) --> ([\w-]+(?: & [\w-]+)*)$/gm)]
    .flatMap(({ 1: start, 2: ends }) => ends!.split(' & ').map((end) => `${start} --> ${end}`))
    .toSorted();
}

describe('a search for cycles', () => {
  it('finds one', () => {
    const graph = new Map([
      ['a', ['b']],
      ['b', ['c']],
      ['c', ['b']],
    ]);
    expect(cyclesIn(graph)).toEqual(['b → c → b']);
  });
});

/** The cycles that a walk along the imports comes upon, each written as its files in order. */
function cyclesIn(graph: ReadonlyMap<string, readonly string[]>): string[] {
  const cycles: string[] = [];
  const done = new Set<string>();
  const walk = (file: string, path: readonly string[]): void => {
    if (path.includes(file)) return void cycles.push([...path.slice(path.indexOf(file)), file].join(' → '));
    if (done.has(file)) return;
    for (const next of graph.get(file) ?? []) walk(next, [...path, file]);
    done.add(file);
  };
  for (const file of graph.keys()) walk(file, []);
  return cycles;
}
