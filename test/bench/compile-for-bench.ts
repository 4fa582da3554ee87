import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { projectRoot } from '../docs/code-blocks.js';

export interface Compiled {
  /** The compiled file of one of the project. */
  file(source: string): string;
  remove(): void;
}

/**
 * Compiles the SDK and the benches (or other folders) as the package is built, so that a measured process has neither a compiler in its memory nor other files than a
 * user's. It is a package of the same name below `node_modules`, so that every import means what it means to users. With `merged: false` the files of
 * the engine stay apart, for a profile that tells them by their folders.
 */
export async function compileForBench({ merged = true, folders = ['sdk', 'test/bench'] } = {}): Promise<Compiled> {
  const cache = join(projectRoot, 'node_modules/.cache');
  mkdirSync(cache, { recursive: true });
  const out = mkdtempSync(join(cache, 'durableflow-bench-'));
  const remove = () => rmSync(out, { recursive: true, force: true });
  try {
    const sources = folders.flatMap((root) =>
      readdirSync(join(projectRoot, root), { recursive: true, encoding: 'utf8' })
        .map((file) => join(root, file))
        .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && !file.startsWith(join('sdk/ui/page'))),
    );
    await build({
      absWorkingDir: projectRoot,
      entryPoints: sources,
      outdir: out,
      outbase: '.',
      format: 'esm',
      platform: 'node',
      target: 'node20',
    });
    const manifest = { name: 'durableflow', type: 'module', exports: { '.': './sdk/index.js' } };
    writeFileSync(join(out, 'package.json'), JSON.stringify(manifest));
    if (merged) execFileSync(process.execPath, ['.ci/bundle-engine.mjs', out], { cwd: projectRoot, stdio: 'inherit' });
  } catch (error) {
    remove();
    throw error;
  }
  return { file: (source) => join(out, source.replace(/\.ts$/, '.js')), remove };
}
