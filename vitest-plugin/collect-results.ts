import { readFileSync } from 'node:fs';
import type { ReadinessMeta } from '../readiness-suites/evidence.js';
import type { ModeResult } from '../readiness-suites/verdict/mode-result.js';
import type { ErrorShape, ModuleShape, TestShape } from './vitest-shapes.js';

/** What the tests of readiness suites have left, in all modules, projects and merged shards. */
export function collectResults(modules: readonly ModuleShape[]): ModeResult[] {
  return modules.flatMap((module) => [...module.children.allTests()].flatMap((test) => resultOf(test) ?? []));
}

/** Undefined for a test of something else. */
export function resultOf(test: TestShape): ModeResult | undefined {
  const { readiness } = test.meta() as { readiness?: ReadinessMeta };
  if (readiness === undefined) return undefined;
  const result = test.result();
  return {
    ...readiness,
    state: result?.state ?? 'pending',
    error: messageOf(result?.errors),
    retries: test.diagnostic?.()?.retryCount ?? 0,
    testPath: pathOf(test),
  };
}

/** Readiness suites of which nothing is known, since their file could not be loaded: no row of theirs would be missed. */
export function loadFailures(modules: readonly ModuleShape[]): string[] {
  return modules
    .filter((module) => module.errors().length > 0 && declaresReadiness(module.moduleId))
    .map(
      (module) => `${module.relativeModuleId ?? module.moduleId} could not be run: ${messageOf(module.errors()) ?? 'no reason was given'}`,
    )
    .toSorted();
}

function declaresReadiness(file: string): boolean {
  try {
    return /\bdescribe\s*\.\s*readiness\b/.test(readFileSync(file, 'utf8'));
  } catch {
    // A virtual module, or one that is gone: it is no file that somebody wrote a suite into.
    return false;
  }
}

function messageOf(errors: readonly ErrorShape[] | undefined): string | undefined {
  return errors?.[0]?.message?.split('\n')[0];
}

function pathOf(test: TestShape): string[] {
  const names = [test.name];
  for (let above = test.parent; above.type === 'suite'; above = above.parent) names.unshift(above.name);
  return names;
}
