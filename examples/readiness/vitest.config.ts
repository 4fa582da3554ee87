import { readiness } from '../../vitest-plugin/plugin.js';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  root: import.meta.dirname,
  plugins: [readiness({ folder: '../../.readiness' })],
  resolve: { tsconfigPaths: true },
  test: { include: ['*.test.ts'] },
});
