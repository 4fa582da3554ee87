import { configDefaults, defineConfig } from 'vitest/config';

const slow = 'test/**/*.slow.test.ts';

export default defineConfig({
  resolve: { tsconfigPaths: true },
  oxc: { decorator: { legacy: true } },
  test: {
    coverage: { include: ['sdk/**/*.ts'] },
    projects: [
      {
        extends: true,
        test: {
          name: 'fast',
          include: ['test/**/*.test.ts'],
          exclude: [...configDefaults.exclude, slow, 'test/fixtures/**'],
          // A program of these files and what they import; `npm run types` has all.
          typecheck: { enabled: true, include: ['test/**/*.test-d.ts'], tsconfig: './test/tsconfig.typetests.json' },
          testTimeout: 60_000,
          // Vitest would leave one processor free, of two.
          maxWorkers: '100%',
        },
      },
      {
        extends: true,
        test: {
          name: 'slow',
          include: [slow],
          testTimeout: 300_000,
          hookTimeout: 300_000,
          // Each of these has processes of its own at work.
          maxWorkers: 1,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
