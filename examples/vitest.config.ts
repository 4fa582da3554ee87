import { defineConfig } from 'vitest/config';
import { readiness } from '../vitest-plugin/plugin.js';

export default defineConfig({
  plugins: [readiness()],
  resolve: { tsconfigPaths: true },
  test: { include: ['**/*.readiness.ts'] },
});
