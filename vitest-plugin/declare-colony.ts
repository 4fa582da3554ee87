import { expect, test } from 'vitest';
import { colonySuite, type ColonyOptions } from '../colony/colony-suite.js';
import type { ColonyReport } from '../colony/report/colony-report.js';
import type { WorkflowClass } from '../sdk/definition/workflow-definition.js';
import { ReadinessFailure } from './readiness-failure.js';
import { stackAbove } from './declare-readiness.js';

/** A benchmark may take this long, whatever its class does. */
const timeoutMs = 180_000;

/** What the test of a benchmark leaves for the reporter. */
export interface ColonyMeta {
  readonly colony?: ColonyReport;
}

/** Declares a suite named as its class, with one test: the batches under losses, and their verdict. */
export function declareColony<C extends WorkflowClass>(
  suite: (name: string, body: () => void) => unknown,
  agent: C,
  options: ColonyOptions<C>,
  above: (...args: never[]) => unknown,
): void {
  const at = stackAbove(above);
  suite(agent.name, () => {
    test('on machines that are lost', { retry: 0, timeout: timeoutMs }, async ({ task }) => {
      const { benchmark } = await import('../colony/benchmark.js');
      const report = await benchmark(colonySuite(agent, options));
      (task.meta as { colony?: ColonyReport }).colony = report;
      const { state, reasons } = report.verdict;
      if (state !== 'ship')
        throw new ReadinessFailure(`${state === 'no_ship' ? 'no ship' : 'too little to tell'}: ${reasons.join(' ')}`, at);
      expect(state).toBe('ship');
    });
  });
}
