/**
 * The Vitest plugin of readiness suites: what `vitest.config.ts` imports.
 *
 * @module durableflow/readiness
 */
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DurableFlowError } from '../sdk/errors/index.js';
import type { Loader } from '../readiness-suites/trial/loader.js';
import { lowerStandardDecorators } from './lower-standard-decorators.js';
import { ModuleLoader, type ModuleSource } from './module-loader.js';
import { providedKey, type Provided } from './provided.js';
import { ColonyReporter } from './colony-reporter.js';
import { ReadinessReporter, type ReporterOptions } from './reporter.js';

/** Options of the plugin. */
export interface ReadinessPluginOptions extends ReporterOptions {
  /**
   * How decorators are lowered: `legacy` (default) serves both kinds of tsconfig, as DurableFlow's decorators do; choose
   * `standard` if decorators of others in your code need TC39's.
   */
  readonly decorators?: 'legacy' | 'standard';
  /** Where a trial's process gets its code from: the Vite server of the test run (default), or Node with `tsx`. */
  readonly loader?: 'vite' | 'tsx';
}

/** What the plugin needs of Vitest; its own types differ from version to version. */
interface VitestLike {
  readonly config: { readonly reporters: unknown[] };
  onClose?(callback: () => void): void;
}

interface ProjectLike {
  readonly name: string;
  readonly config: { readonly root: string; readonly globals: boolean; setupFiles: string[] };
  readonly vite: {
    readonly environments: { readonly ssr: ModuleSource };
    readonly watcher?: { on(event: string, listener: () => void): void };
  };
  provide(key: never, value: never): void;
}

const once = Symbol.for('durableflow.readiness.reporter');
const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
const fileHere = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

/** Names that Vitest makes global with `globals: true`. */
const globalNames = [
  'describe', 'suite', 'test', 'it', 'expect', 'assert', 'chai', 'vi', 'vitest', 'expectTypeOf', 'assertType',
  'beforeAll', 'beforeEach', 'afterAll', 'afterEach', 'onTestFailed', 'onTestFinished',
]; // prettier-ignore

/**
 * The Vitest plugin: put it into `plugins` of your `vitest.config`. It lowers decorators, gives the processes of trials
 * the code of the test run, and reports the verdict.
 *
 * @example
 * ```ts no-run
 * import { readiness } from 'durableflow/readiness';
 * import { defineConfig } from 'vitest/config';
 *
 * export default defineConfig({ plugins: [readiness()] });
 * ```
 */
export function readiness(options: ReadinessPluginOptions = {}) {
  const { decorators = 'legacy', loader: kind = 'vite' } = options;
  if (decorators !== 'legacy' && decorators !== 'standard')
    throw new DurableFlowError(
      'DF_READINESS_SUITE',
      `readiness({ decorators }) is 'legacy' or 'standard', not ${JSON.stringify(decorators)}`,
    );
  return {
    name: 'durableflow:readiness',
    enforce: 'pre' as const,

    config({ root = process.cwd() }: { readonly root?: string } = {}) {
      if (decorators !== 'legacy') return {};
      return { oxc: { decorator: { legacy: true, ...(wantsDecoratorMetadata(root) && { emitDecoratorMetadata: true }) } } };
    },

    transform(code: string, id: string) {
      return decorators === 'standard' ? lowerStandardDecorators(code, id) : undefined;
    },

    async configureVitest({ vitest, project }: { readonly vitest: unknown; readonly project: unknown }) {
      const [run, here] = [vitest as VitestLike & { [once]?: true }, project as ProjectLike];
      // This is called for each project; the report is one for all of them.
      if (!run[once]) {
        run[once] = true;
        run.config.reporters.push(new ReadinessReporter(options), new ColonyReporter(options));
      }
      here.config.setupFiles.push(fileHere(`setup.${extension}`));
      const inert = fileHere('../readiness-suites/child/inert-vitest.mjs');
      const modules = await ModuleLoader.open(here.vite.environments.ssr, inert);
      here.vite.watcher?.on('change', () => modules.forget());
      run.onClose?.(() => void modules.close());
      const loader: Loader = { kind, url: modules.url, runner: moduleRunner(), inert, globals: here.config.globals ? globalNames : [] };
      const provided: Provided = { loader, root: here.config.root, project: here.name };
      here.provide(providedKey as never, provided as never);
    },
  };
}

/** Containers such as NestJS's read the types of constructors. What is said of decorators here is taken in place of the tsconfig's word. */
function wantsDecoratorMetadata(root: string): boolean {
  const configs = readdirSync(root).filter((file) => /^tsconfig(\..+)?\.json$/.test(file));
  return configs.some((file) => /"emitDecoratorMetadata"\s*:\s*true/.test(readFileSync(join(root, file), 'utf8')));
}

/** Vite's module runner: of the very Vite that the test run has, which need not be a dependency of the project itself. */
function moduleRunner(): string {
  const beside = createRequire(createRequire(import.meta.url).resolve('vitest/package.json'));
  for (const require of [beside, createRequire(import.meta.url)]) {
    try {
      return require.resolve('vite/module-runner');
    } catch {
      // Then the next one may see it.
    }
  }
  throw new DurableFlowError('DF_READINESS_SUITE', 'Vite was not found beside Vitest; install it, or use readiness({ loader: "tsx" })');
}
