import { configDefaults, defineConfig } from 'vitest/config';

/** The tests that see a mutant of the engine's core: those in one process that take less than a second or so. */
export default defineConfig({
  resolve: { tsconfigPaths: true },
  oxc: { decorator: { legacy: true } },
  test: {
    include: [
      'test/{journal,runtime,flow,approvals,lineage,telemetry}/**/*.test.ts',
      'test/sqlite/{blobs,commit-group,journal-place,queues,retention,sqlite-store}.test.ts',
      'test/engine/{begun-effect-gate,early-timers,reserved-names,transaction-order,undo-begins}.test.ts',
    ],
    exclude: [...configDefaults.exclude, 'test/**/*.slow.test.ts', 'test/runtime/{parking,virtual-clock}.test.ts'],
    testTimeout: 5000,
    isolate: false,
  },
});
