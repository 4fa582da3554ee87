import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { CliError } from '../cli-error.js';
import { version } from '../version.js';
import type { FileChange } from './file-change.js';
import { outlineClass } from './outline-class.js';
import { hasPackage, type Project } from './project.js';
import { sampleAgent, sampleSuite } from './sample-agent.js';
import { SourceModule } from './source-module.js';
import { suiteSource, usesModels } from './suite-source.js';
import { vitestConfig } from './vitest-config.js';

/** What `init` is about to do. */
export interface InitPlan {
  readonly changes: readonly FileChange[];
  /** Packages to install, as they are named to a package manager. */
  readonly packages: { readonly dependencies: readonly string[]; readonly devDependencies: readonly string[] };
  /** The class of the suite; the sample's if none was named. */
  readonly agent: string;
  readonly suite: string;
  readonly isSample: boolean;
}

/**
 * Plans what a project needs for its first verdict. Nothing is written here.
 *
 * @param named The class to try, as `FILE` or `FILE#Class`; a sample agent if absent.
 * @throws {@link CliError} `CLI_VITEST_OLD`, and what reading the class throws.
 */
export function planInit(project: Project, named?: string): InitPlan {
  refuseOldVitest(project);
  const { changes, agent, suite, models } = named === undefined ? sampleFiles(project) : suiteFor(project, named);
  const { package: manifest } = project;
  const hasProvider = ['openai', '@anthropic-ai/sdk'].some((name) => hasPackage(manifest, name));
  return {
    changes: [vitestConfig(project), ...changes, ...scriptOf(project), ...ignored(project)],
    packages: {
      dependencies: hasPackage(manifest, 'durableflow') ? [] : [`durableflow@^${version()}`],
      devDependencies: [
        ...(hasPackage(manifest, 'vitest') ? [] : ['vitest@^4.1.0']),
        // The models of the kit are reached by the client of a real provider.
        ...(models && !hasProvider ? ['openai@^6.49.0'] : []),
      ],
    },
    agent,
    suite,
    isSample: named === undefined,
  };
}

interface SuiteFiles {
  readonly changes: readonly FileChange[];
  readonly agent: string;
  readonly suite: string;
  readonly models: boolean;
}

function sampleFiles(project: Project): SuiteFiles {
  const { language, sources } = project;
  const file = join(sources, `refund-agent.${moduleEnding(project)}`);
  const suite = suiteFile(project, file);
  const text = sampleSuite(importOf(project.folder, suite, file), language);
  return {
    changes: [newFile(project, file, sampleAgent[language], 'an agent to begin with'), newFile(project, suite, text, 'its suite')],
    agent: 'RefundAgent',
    suite,
    models: true,
  };
}

function suiteFor(project: Project, named: string): SuiteFiles {
  const [path = '', name] = named.split('#');
  const file = relative(project.folder, resolve(project.folder, path));
  const outline = outlineClass(SourceModule.open(join(project.folder, file)), name);
  const suite = suiteFile(project, file);
  const text = suiteSource(outline, {
    language: /\.[cm]?ts$/.test(file) ? 'ts' : 'js',
    importOf: (imported) => importOf(project.folder, suite, relative(project.folder, imported)),
  });
  const note = `a suite of ${outline.name}; see that its input and the stand-ins' answers are like real ones`;
  return { changes: [newFile(project, suite, text, note)], agent: outline.name, suite, models: usesModels(outline.dependencies) };
}

/** Beside the class, or in the folder of the tests. Vitest finds `.test` by itself, Jest is not to find it. */
function suiteFile({ tests, jest }: Project, file: string): string {
  const [, stem = '', ending = ''] = /^(.*)\.([cm]?[jt]s)$/.exec(basename(file)) ?? [];
  return join(tests ?? dirname(file), `${stem}.readiness.${jest ? '' : 'test.'}${ending}`);
}

/** In a package of CommonJS, the sample's JavaScript says by its ending that it is an ES module. */
function moduleEnding({ language, package: { type } }: Project): string {
  return language === 'js' && type !== 'module' ? 'mjs' : language;
}

/** TypeScript, too, imports the file that its compiler will write. */
function importOf(folder: string, from: string, file: string): string {
  const path = relative(join(folder, dirname(from)), join(folder, file))
    .split(sep)
    .join('/')
    .replace(/\.([cm]?)ts$/, '.$1js');
  return path.startsWith('.') ? path : `./${path}`;
}

function newFile({ folder }: Project, file: string, text: string, note: string): FileChange {
  return existsSync(join(folder, file)) ? { file, how: 'kept', note: 'is there already' } : { file, how: 'new', text, note };
}

function scriptOf({ folder, package: { scripts } }: Project): readonly FileChange[] {
  const file = 'package.json';
  if (scripts?.['readiness'] !== undefined) return [{ file, how: 'kept', note: 'has a script "readiness"' }];
  const text = readFileSync(join(folder, file), 'utf8');
  const indent = /^([ \t]+)"/m.exec(text)?.[1] ?? '  ';
  const manifest = JSON.parse(text) as Record<string, unknown>;
  const changed = { ...manifest, scripts: { ...scripts, readiness: 'durableflow readiness' } };
  return [{ file, how: 'changed', text: `${JSON.stringify(changed, null, indent)}\n`, note: 'the script "readiness"' }];
}

/** The reports are written anew by every run. */
function ignored({ folder }: Project): readonly FileChange[] {
  const file = '.gitignore';
  if (!existsSync(join(folder, file))) return [];
  const text = readFileSync(join(folder, file), 'utf8');
  if (/^\/?\.readiness\/?$/m.test(text)) return [];
  return [{ file, how: 'changed', text: `${text.replace(/([^\n])$/, '$1\n')}.readiness/\n`, note: '.readiness/, where the reports go' }];
}

function refuseOldVitest({ folder }: Project): void {
  let found: string;
  try {
    const file = createRequire(join(folder, 'package.json')).resolve('vitest/package.json');
    found = (JSON.parse(readFileSync(file, 'utf8')) as { readonly version: string }).version;
  } catch {
    return; // It is not installed yet.
  }
  const [major = 0, minor = 0] = found.split('.').map(Number);
  if (major < 4 || (major === 4 && minor < 1))
    throw new CliError('CLI_VITEST_OLD', `the project has Vitest ${found}, and readiness suites need 4.1 or newer`);
}
