// The first code of a trial's process. Plain JavaScript, because nothing is there yet that could lower anything else.
import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { register } from 'node:module';
import { text } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';

/** The exit code of an agent that threw, so that it can be told from a process that broke. */
const threw = 70;

const { loader, job } = await new Promise((resolve) => process.once('message', resolve));
// Whoever has started this process is gone: nobody waits for what it does.
process.once('disconnect', () => process.kill(process.pid, 'SIGKILL'));
for (const name of loader.globals ?? []) globalThis[name] = (await import(loader.inert))[name];

if (loader.kind === 'tsx') register(new URL('inert-hooks.mjs', import.meta.url), { data: { inert: pathToFileURL(loader.inert).href } });

try {
  const importFile = loader.kind === 'vite' ? await viteImport(loader) : (file) => import(pathToFileURL(file).href);
  const { main } = await importFile(loader.main);
  await main(job, importFile);
  process.exit(0);
} catch (error) {
  process.stderr.write(`${error?.stack ?? error}\n${error?.code ? `Error code: ${error.code}\n` : ''}`);
  process.exit(threw);
}

/** Imports what the test run would import, transformed as it transforms it: the modules come from its Vite server. */
async function viteImport({ runner, url, entry }) {
  const { ESModulesEvaluator, ModuleRunner } = await import(pathToFileURL(runner).href);
  const pack = await ask(url, { pack: entry });
  const known = new Map(pack ? JSON.parse(readFileSync(pack, 'utf8')) : []);
  const invoke = async ({ data: { name, data } }) => {
    const key = JSON.stringify([name, data]);
    return known.get(key) ?? ask(url, { entry, key });
  };
  const vite = new ModuleRunner({ transport: { invoke }, hmr: false, sourcemapInterceptor: false }, new ESModulesEvaluator());
  return (file) => vite.import(file);
}

/** Not by `fetch`, which takes longer to load than all of this. */
function ask(url, body) {
  return new Promise((resolve, reject) => {
    request(url, { method: 'POST' }, (response) => void text(response).then((it) => resolve(JSON.parse(it)), reject))
      .on('error', reject)
      .end(JSON.stringify(body));
  });
}
