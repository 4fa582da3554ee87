import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import ts from 'typescript';
import { afterAll, describe, expect, it } from 'vitest';
import { errorCode } from '../fixtures/rejection.js';
import { decoratorSuite } from './decorator-suite.js';

const folder = mkdtempSync(join(tmpdir(), 'durableflow-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const sdk = pathToFileURL(fileURLToPath(new URL('../../sdk/index.ts', import.meta.url))).pathname;
const options: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.ES2022,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  experimentalDecorators: false,
  strict: true,
};

/** Compiles a source with standard decorators and loads it. */
async function load(name: string, source: string): Promise<unknown> {
  const { outputText } = ts.transpileModule(source, { compilerOptions: options });
  expect(outputText).toContain('__esDecorate');
  const file = join(folder, `${name}.mjs`);
  writeFileSync(file, outputText.replaceAll("'durableflow'", JSON.stringify(sdk)));
  return import(/* @vite-ignore */ file);
}

const fixture = fileURLToPath(new URL('../fixtures/decorated-classes.ts', import.meta.url));

decoratorSuite('TC39 standard decorators', () => load('decorated-classes', readFileSync(fixture, 'utf8')) as never);

describe('standard decorators', () => {
  it('refuse a private method', async () => {
    const source = `
      import { step } from 'durableflow';
      export const define = () => class { @step() async #work() {} };
    `;
    const { define } = (await load('private', source)) as { define: () => unknown };
    expect(await errorCode(define)).toBe('DF_INVALID_DEFINITION');
  });

  it('refuse an accessor', async () => {
    const source = `
      import { step } from 'durableflow';
      export const define = () => class { @step() accessor work = 1; };
    `;
    const { define } = (await load('accessor', source)) as { define: () => unknown };
    expect(await errorCode(define)).toBe('DF_INVALID_DEFINITION');
  });

  it('type-check on the same classes', { timeout: 60_000 }, () => {
    const program = ts.createProgram([fixture], {
      ...options,
      noEmit: true,
      skipLibCheck: true,
      lib: ['lib.es2023.d.ts', 'lib.esnext.disposable.d.ts', 'lib.esnext.decorators.d.ts'],
      types: ['node'],
      module: ts.ModuleKind.NodeNext,
      moduleResolution: ts.ModuleResolutionKind.NodeNext,
      exactOptionalPropertyTypes: true,
      paths: { durableflow: [sdk] },
    });
    const source = program.getSourceFile(fixture)!;
    const found = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
    const messages = found.map(({ messageText, start = 0 }) => {
      const line = source.getLineAndCharacterOfPosition(start).line + 1;
      return `line ${line}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`;
    });
    expect(messages).toEqual([]);
  });
});
