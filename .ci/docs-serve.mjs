// The documents as a site, on loopback: `npm run docs:serve`, with `-- --port N` for another port. Builds them first if a source is newer than what was
// built. Ctrl-C ends it.
import { spawnSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { preview } from 'vite';

const site = 'docs/api';
const sources = ['README.md', 'CHANGELOG.md', 'CONTRIBUTING.md', 'typedoc.json', '.ci', 'docs', 'sdk', 'colony', 'vitest-plugin'];

const { port } = parseArgs({ options: { port: { type: 'string', default: '4173' } } }).values;
if (builtAt() < Math.max(...sources.map(changedAt))) build();

const server = await preview({
  configFile: false,
  appType: 'mpa',
  logLevel: 'error',
  build: { outDir: site },
  preview: { host: '127.0.0.1', port: Number(port), strictPort: true },
});
console.log(`The documents are at ${server.resolvedUrls.local[0]} (Ctrl-C ends this).`);
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(0));

function build() {
  console.log('Building the documents: about a minute.');
  const { status } = spawnSync(process.execPath, ['node_modules/typedoc/bin/typedoc', '--logLevel', 'Warn'], { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

function builtAt() {
  return statSync(`${site}/index.html`, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

/** When the file, or the newest file of the folder, was changed. */
function changedAt(path) {
  if (!statSync(path).isDirectory()) return statSync(path).mtimeMs;
  const files = readdirSync(path, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return Math.max(...files.map(({ path: folder, name }) => join(folder, name)).filter((file) => !file.startsWith(site)).map((file) => statSync(file).mtimeMs)); // prettier-ignore
}
