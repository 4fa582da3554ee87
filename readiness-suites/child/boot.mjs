// The first code of a trial's process. Plain JavaScript, because nothing is there yet that could lower anything else.
import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { register } from 'node:module';
import { text } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';

/** As `threwExitCode` in `job.ts`. */
const threw = 70;

// Messages are kept from the first moment, since one that nobody listens for is lost.
const messages = [];
let awaited;
process.on('message', (message) => {
  messages.push(message);
  awaited?.();
});
const next = async () => {
  if (messages.length === 0) await new Promise((resolve) => (awaited = resolve));
  return messages.shift();
};

const { loader, start } = await next();
// Whoever has started this process is gone: nobody waits for what it does.
process.once('disconnect', () => process.kill(process.pid, 'SIGKILL'));
for (const name of loader.globals ?? []) globalThis[name] = (await import(loader.inert))[name];

if (loader.kind === 'tsx') register(new URL('inert-hooks.mjs', import.meta.url), { data: { inert: pathToFileURL(loader.inert).href } });

try {
  const importFile = loader.kind === 'vite' ? await viteImport(loader) : (file) => import(pathToFileURL(file).href);
  const { main } = await importFile(loader.main);
  await main(start, { importFile, next, tellError });
  process.exit(0);
} catch (error) {
  tellError(error);
  process.exit(threw);
}

function tellError(error) {
  process.stderr.write(`${error?.stack ?? error}\n${error?.code ? `Error code: ${error.code}\n` : ''}`);
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
