// To load many small files costs more than what is in them. So the files that `import 'durableflow'` loads become one, sdk/engine.js of the folder with what was
// compiled (dist, or the one given), and each stays in its place as a list of what it exports, for the other entries of the package. A file that asks where it is
// (import.meta) stays as it was.
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const [folder = 'dist'] = process.argv.slice(2);
const entry = resolve(folder, 'sdk/index.js');
const engine = resolve(folder, 'sdk/engine.js');

const specifier = (from, to) => {
  const path = relative(dirname(from), to).replaceAll('\\', '/');
  return path.startsWith('.') ? path : `./${path}`;
};

/** The files that an import of the entry loads at once; dynamic imports come later. */
async function loadedAtOnce() {
  const { metafile } = await build({
    entryPoints: [entry],
    bundle: true,
    format: 'esm',
    platform: 'node',
    packages: 'external',
    metafile: true,
    write: false,
  });
  const files = new Set();
  const take = (file) => {
    if (files.has(file)) return;
    files.add(file);
    for (const { path, kind, external } of metafile.inputs[file].imports) if (!external && kind === 'import-statement') take(path);
  };
  take(relative('.', entry).replaceAll('\\', '/'));
  return [...files].map((file) => resolve(file));
}

const merged = (await loadedAtOnce()).filter((file) => !readFileSync(file, 'utf8').includes('import.meta'));

/** The name in engine.js of each export; what a barrel hands on has one name. */
const named = new Map();
const taken = new Map();
for (const file of merged) {
  const exports = Object.entries(await import(pathToFileURL(file).href)).map(([name, value]) => {
    const values = taken.get(name) ?? [];
    taken.set(name, values);
    let at = values.findIndex((other) => Object.is(other, value));
    if (at < 0) at = values.push(value) - 1;
    return { name, alias: at === 0 ? name : `${name}$${at}` };
  });
  named.set(file, exports);
}

const seen = new Set();
const lists = merged.map((file) => {
  const fresh = named.get(file).filter(({ alias }) => !seen.has(alias) && seen.add(alias));
  const list = fresh.map(({ name, alias }) => (name === alias ? name : `${name} as ${alias}`)).join(', ');
  return list ? `export { ${list} } from '${specifier(engine, file)}';` : `import '${specifier(engine, file)}';`;
});

await build({
  stdin: { contents: lists.join('\n'), resolveDir: dirname(engine), sourcefile: 'exports.js' },
  outfile: engine,
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  packages: 'external',
  treeShaking: false,
  plugins: [
    {
      name: 'only what is merged',
      setup(plugin) {
        plugin.onResolve({ filter: /^\./ }, ({ path, resolveDir }) => {
          const file = join(resolveDir, path);
          return merged.includes(file) ? { path: file } : { path: specifier(engine, file), external: true };
        });
      },
    },
  ],
});

for (const [file, exports] of named) {
  const list = exports.map(({ name, alias }) => (name === alias ? name : `${alias} as ${name}`)).join(', ');
  writeFileSync(file, list ? `export { ${list} } from '${specifier(file, engine)}';\n` : `import '${specifier(file, engine)}';\n`);
}
