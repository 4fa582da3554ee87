/**
 * Lint rules for what breaks replay, for ESLint (flat config) and oxlint.
 *
 * @packageDocumentation
 */
import { noClock } from './no-clock.js';
import { noEnvironment } from './no-environment.js';
import { noFloatingCalls } from './no-floating-calls.js';
import { noIo } from './no-io.js';
import { noNestedCalls } from './no-nested-calls.js';
import { noRandom } from './no-random.js';
import { noSharedState } from './no-shared-state.js';
import { noTimers } from './no-timers.js';
import type { Rule } from './rule.js';

const rules = {
  'no-clock': noClock,
  'no-environment': noEnvironment,
  'no-floating-calls': noFloatingCalls,
  'no-io': noIo,
  'no-nested-calls': noNestedCalls,
  'no-random': noRandom,
  'no-shared-state': noSharedState,
  'no-timers': noTimers,
} as const satisfies Record<string, Rule>;

type RuleName = keyof typeof rules;

const plugin = { meta: { name: 'durableflow' }, rules };

const recommended = {
  name: 'durableflow/recommended',
  plugins: { durableflow: plugin },
  rules: Object.fromEntries(Object.keys(rules).map((name) => [`durableflow/${name}`, 'error'])) as Record<
    `durableflow/${RuleName}`,
    'error'
  >,
};

/**
 * The plugin. In ESLint, `configs.recommended` turns all rules on; in oxlint, name the package in `jsPlugins` and the
 * rules one by one.
 *
 * @example
 * ```ts
 * import durableflow from 'durableflow/eslint';
 * console.log(Object.keys(durableflow.rules).length); // 8
 * export default [durableflow.configs.recommended];
 * ```
 */
export default { ...plugin, configs: { recommended } };
