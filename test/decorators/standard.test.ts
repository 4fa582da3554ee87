import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { loadStandard as load, sdk, standardOptions as options } from '../fixtures/load-standard.js';
import { errorCode } from '../fixtures/rejection.js';
import { decoratorSuite } from './decorator-suite.js';

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
