import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { filesIn, projectRoot } from '../docs/code-blocks.js';

const packaged = ['sdk', 'vitest-plugin', 'readiness-suites', 'colony']
  .flatMap((folder) => filesIn(folder, '.ts'))
  .filter((file) => !file.startsWith('sdk/ui/page/'));

describe('package.json', () => {
  it('lists the modules that do something when they are loaded', () => {
    const built = (file: string) => `./dist/${file.replace(/\.ts$/, '.js')}`;
    // What an import of the package loads is one file in the end, with what those files do.
    const found = ['./dist/sdk/engine.js', ...packaged.filter(actsOnLoading).map(built)];
    expect(manifest.sideEffects.toSorted()).toEqual(found.toSorted());
  });

  it('names files that the build makes', () => {
    const entries = Object.values(manifest.exports).flatMap((entry) => (typeof entry === 'string' ? [] : Object.values(entry)));
    const source = (path: string) => path.replace('./dist/', '').replace(/\.(?:d\.ts|js)$/, '.ts');
    expect(packaged).toEqual(expect.arrayContaining([...entries, manifest.bin.durableflow].map(source)));
  });

  it('declares every package that the sources import, as what it is to those who install it', () => {
    const imported = new Set(
      packaged.flatMap((file) =>
        ts
          .preProcessFile(readFileSync(join(projectRoot, file), 'utf8'))
          .importedFiles.map(({ fileName }) => fileName)
          .filter((name) => !name.startsWith('.') && !name.startsWith('node:'))
          .map((name) => /^(?:@[^/]+\/)?[^/]+/.exec(name)![0]),
      ),
    );
    const declared = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies });
    expect([...imported].filter((name) => !declared.includes(name))).toEqual([]);
  });
});

/** An import for its effect, or a statement at the top that does something. */
function actsOnLoading(file: string): boolean {
  const { statements } = ts.createSourceFile(file, readFileSync(join(projectRoot, file), 'utf8'), ts.ScriptTarget.Latest);
  return statements.some((it) => (ts.isImportDeclaration(it) && !it.importClause) || ts.isExpressionStatement(it));
}
