import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseConfig } from '../../../sdk/planner/config/read-config.js';
import { projectRoot } from '../../docs/code-blocks.js';
import type { FuzzTarget } from '../fuzz-target.js';

export const config: FuzzTarget = {
  seeds: () => [readFileSync(join(projectRoot, 'examples/target-planner/targets.yaml'), 'utf8'), 'targets:\n  - { id: a, tier: local, model: m }\n'],
  words: ['&a ', '*a', '<<: *a', '!!js/function', '? ', '- ', '---\n', '| \n', 'targets:', 'tier: local', 'prices: { input: 1, output: 1 }', 'baseUrl: ', 'budgets:', 'proxy:', 'host: 0.0.0.0', '__proto__: '],
  open: async () => (input) => parseConfig(input),
}; // prettier-ignore
