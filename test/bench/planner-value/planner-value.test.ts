import { describe, expect, it } from 'vitest';
import { OutputChecks } from '../../../sdk/planner/execution/check-output.js';
import { taskClassOf } from '../../../sdk/planner/planning/task-class.js';
import { completion } from '../../planner/proxy/fake-planner.js';
import { stubModels } from './stub-models.js';
import { messagesOf, valueRequests } from './value-requests.js';

describe('the requests of the value benchmark', () => {
  it('are a hundred, of every kind of work, which the planner takes them for', () => {
    const counts: Record<string, number> = {};
    for (const request of valueRequests) {
      expect([request.id, taskClassOf({ model: 'auto', messages: messagesOf(request) }, request.check)]).toEqual([
        request.id,
        request.taskClass,
      ]);
      counts[request.taskClass] = (counts[request.taskClass] ?? 0) + 1;
    }
    expect(counts).toEqual({ json_extraction: 30, code: 25, summarization: 20, chat: 20, other: 5 });
    expect(new Set(valueRequests.map(({ id }) => id)).size).toBe(100);
    expect(new Set(valueRequests.map(({ prompt }) => prompt)).size).toBe(100);
  });

  it('have checks that see what is broken, and not what is wrong', async () => {
    using checks = new OutputChecks({}, 10_000);
    for (const { id, check, right, wrong, broken } of valueRequests.filter((it) => it.check)) {
      const verdicts = await Promise.all(
        [right, wrong, broken].map(async (content) => (await checks.run(check!, completion({ content }))).verdict),
      );
      expect([id, ...verdicts]).toEqual([id, 'passed', 'passed', 'failed']);
    }
  });

  it('meet models of which the dearer one is the better one, at every kind of work', () => {
    const [local, economy, frontier] = stubModels.map(({ errors }) => errors);
    for (const kind of ['json_extraction', 'code', 'summarization', 'chat', 'other'] as const) {
      const sum = (errors: typeof local) => errors![kind][0] + errors![kind][1];
      expect(sum(local)).toBeGreaterThan(sum(economy));
      expect(sum(economy)).toBeGreaterThan(sum(frontier));
    }
  });
});
