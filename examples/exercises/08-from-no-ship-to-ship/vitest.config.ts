import { defineConfig } from 'vitest/config';
import { readiness } from '../../../vitest-plugin/plugin.js';

export default defineConfig({
  plugins: [readiness({ folder: process.env['EXERCISE_REPORT'] ?? '../mine/readiness' })],
  resolve: { tsconfigPaths: true },
  test: { include: ['*.readiness.ts'] },
});
