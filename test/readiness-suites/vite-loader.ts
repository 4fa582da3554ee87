import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { createServer } from 'vite';
import type { Loader } from '../../readiness-suites/trial/loader.js';
import { ModuleLoader, type ModuleSource } from '../../vitest-plugin/module-loader.js';

/** What the plugin gives to the processes of trials, for tests that run trials without it. */
export async function viteLoader(): Promise<{ readonly loader: Loader; close(): Promise<void> }> {
  const server = await createServer({
    configFile: false,
    root: fileURLToPath(new URL('../..', import.meta.url)),
    logLevel: 'error',
    server: { middlewareMode: true, ws: false, watch: null },
    optimizeDeps: { noDiscovery: true },
    resolve: { tsconfigPaths: true },
    oxc: { target: 'node20', decorator: { legacy: true } },
  });
  const inert = fileURLToPath(new URL('../../readiness-suites/child/inert-vitest.mjs', import.meta.url));
  const modules = await ModuleLoader.open(server.environments.ssr as unknown as ModuleSource, inert);
  return {
    loader: { kind: 'vite', url: modules.url, runner: createRequire(import.meta.url).resolve('vite/module-runner'), inert, globals: [] },
    async close() {
      await modules.close();
      await server.close();
    },
  };
}
