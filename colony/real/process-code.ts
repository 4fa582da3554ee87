import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { OnResolveResult, Plugin, ResolveResult } from 'esbuild';
import type { ModuleReference } from '../job/job-reference.js';
import type { ProcessCode } from './batch-spec.js';

const isTypeScript = (url: string) => /\.[cm]?tsx?$/.test(url);
const ownModule = (name: string) => new URL(`${name}${isTypeScript(import.meta.url) ? '.ts' : '.js'}`, import.meta.url).href;

/** What a machine executes: the class, and for tests that break a promise on purpose, what stands between it and the file. */
export interface MachineCode {
  readonly job: ModuleReference;
  readonly wrapStore?: ModuleReference | undefined;
}

/**
 * Writes what the processes of a batch are started with. Machines are started again and again, and what that takes decides
 * how many losses a batch can have: TypeScript is lowered once, if esbuild is installed, and else by tsx in each of them.
 */
export async function writeProcessCode(
  folder: string,
  { job, wrapStore }: MachineCode,
): Promise<Record<'machine' | 'controller', ProcessCode>> {
  const from = ({ module, export: name }: ModuleReference, as: string) => `import { ${name} as ${as} } from ${JSON.stringify(module)};\n`;
  const machine =
    from({ module: ownModule('machine-process'), export: 'runMachine' }, 'runMachine') +
    from(job, 'job') +
    (wrapStore ? from(wrapStore, 'wrapStore') : '') +
    `runMachine(job${wrapStore ? ', wrapStore' : ''});\n`;
  const controller =
    from({ module: ownModule('controller-process'), export: 'runController' }, 'runController') + 'await runController();\n';
  const files = { machine: join(folder, 'machine.mjs'), controller: join(folder, 'controller.mjs') };
  await Promise.all([writeFile(files.machine, machine), writeFile(files.controller, controller)]);
  const modules = [import.meta.url, job.module, ...(wrapStore ? [wrapStore.module] : [])];
  const execArgv = modules.some(isTypeScript) && !(await lower(Object.values(files), folder)) ? ['--import', 'tsx'] : [];
  return { machine: { file: files.machine, execArgv }, controller: { file: files.controller, execArgv } };
}

/** False if there is nothing to lower them with. */
async function lower(entryPoints: readonly string[], folder: string): Promise<boolean> {
  const esbuild = await import('esbuild').catch(() => undefined);
  if (!esbuild) return false;
  await esbuild.build({
    entryPoints: [...entryPoints],
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    allowOverwrite: true,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    keepNames: true,
    logLevel: 'silent',
    plugins: [fromUrls, installedStays, ownUrl],
  });
  return true;
}

/** Imports by URL are those of files. */
const fromUrls: Plugin = {
  name: 'from-urls',
  setup(build) {
    build.onResolve({ filter: /^file:/ }, async ({ path, kind, importer }) =>
      unlessInstalled(await build.resolve(fileURLToPath(path), { kind, importer, resolveDir: '/', pluginData: 'seen' })),
    );
  },
};

/** What is installed is loaded from where it is: the batch may be anywhere, and there must be one copy of it. */
const installedStays: Plugin = {
  name: 'installed-stays',
  setup(build) {
    build.onResolve({ filter: /^[^.]/ }, async ({ path, pluginData, ...options }) => {
      if (pluginData === 'seen' || options.kind === 'entry-point' || path.startsWith('node:')) return undefined;
      return unlessInstalled(await build.resolve(path, { ...options, pluginData: 'seen' }));
    });
  },
};

const unlessInstalled = (found: ResolveResult): OnResolveResult =>
  found.errors.length > 0 || found.external || !/[\\/]node_modules[\\/]/.test(found.path)
    ? found
    : { path: pathToFileURL(found.path).href, external: true };

/** A module that asks where it is means its own file. */
const ownUrl: Plugin = {
  name: 'own-url',
  setup(build) {
    build.onLoad({ filter: /\.[cm]?tsx?$/ }, async ({ path }) => ({
      contents: (await readFile(path, 'utf8')).replaceAll('import.meta.url', JSON.stringify(pathToFileURL(path).href)),
      loader: path.endsWith('x') ? 'tsx' : 'ts',
    }));
  },
};
