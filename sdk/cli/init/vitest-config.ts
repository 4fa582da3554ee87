import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { generateCode, parseModule } from 'magicast';
import { addVitePlugin } from 'magicast/helpers';
import type { FileChange } from './file-change.js';
import type { Project } from './project.js';

const plugin = { from: 'durableflow/readiness', imported: 'readiness', constructor: 'readiness' } as const;

/** The configuration of Vitest with the plugin: a new one, or the one that is there, changed. */
export function vitestConfig(project: Project): FileChange {
  const { folder, vitestConfig: there } = project;
  if (there === undefined) return { file: newName(project), how: 'new', text: newConfig(project), note: newNote(project) };
  const text = readFileSync(join(folder, there), 'utf8');
  if (text.includes(plugin.from)) return { file: there, how: 'kept', note: 'has the plugin' };
  const changed = withPlugin(text);
  if (changed !== undefined) return { file: there, how: 'changed', text: changed, note: 'the plugin' };
  return {
    file: there,
    how: 'by hand',
    note: "is not simple enough to be changed here. Add to it: import { readiness } from 'durableflow/readiness', and readiness() among `plugins`, of each project if it has several",
  };
}

/** The source with the plugin; undefined if what it exports is more than an object. */
export function withPlugin(text: string): string | undefined {
  if (/\b(projects|workspace)\s*:/.test(text)) return undefined;
  try {
    const module = parseModule(text);
    addVitePlugin(module, plugin);
    const { code } = generateCode(module);
    // What the helper does not understand it leaves as it is.
    return /\breadiness\(\)/.test(code) ? `${code.trimEnd()}\n` : undefined;
  } catch {
    return undefined;
  }
}

/** In a package of CommonJS, only the ending says that a file is an ES module. */
function newName({ language, package: { type } }: Project): string {
  return `vitest.config.${type === 'module' ? '' : 'm'}${language}`;
}

function newNote({ jest }: Project): string {
  return jest ? 'the plugin; readiness suites only, Jest keeps its tests' : 'the plugin';
}

function newConfig({ jest, viteConfig }: Project): string {
  const own = [
    '  plugins: [readiness()],',
    // Jest's files are not for Vitest.
    ...(jest ? ["  test: { include: ['**/*.readiness.{ts,js,mts,mjs}'] },"] : []),
  ];
  if (viteConfig === undefined)
    return [
      "import { readiness } from 'durableflow/readiness';",
      "import { defineConfig } from 'vitest/config';",
      '',
      'export default defineConfig({',
      ...own,
      '});',
      '',
    ].join('\n');
  return [
    "import { readiness } from 'durableflow/readiness';",
    "import { defineConfig, mergeConfig } from 'vitest/config';",
    `import viteConfig from './${viteConfig.replace(/\.([cm]?)ts$/, '.$1js')}';`,
    '',
    '// The plugin is for tests alone: the application is built without it.',
    'const tests = defineConfig({',
    ...own,
    '});',
    '',
    "export default defineConfig((env) => mergeConfig(typeof viteConfig === 'function' ? viteConfig(env) : viteConfig, tests));",
    '',
  ].join('\n');
}
