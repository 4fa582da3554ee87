import { useLocation } from 'preact-iso/router';
import type { PlanTrace } from '../../../planner/plan-trace.js';
import type { TraceList } from '../../contract.js';
import { useResource } from '../api/use-resource.js';
import { ErrorNote } from '../parts/error-note.js';
import { StateMark } from '../parts/state-mark.js';
import { Text } from '../parts/text.js';
import { Ago } from '../parts/time.js';
import { Title } from '../parts/title.js';
import { moneyText } from '../words/amounts.js';
import type { Look } from '../words/statuses.js';

export const traceLooks: Readonly<Record<PlanTrace['state'], Look>> = {
  answered: { tone: 'good', shape: 'check', words: 'answered' },
  failed: { tone: 'bad', shape: 'cross', words: 'failed' },
  infeasible: { tone: 'odd', shape: 'bar', words: 'infeasible' },
  running: { tone: 'live', shape: 'dot', words: 'running' },
  abandoned: { tone: 'quiet', shape: 'bar', words: 'abandoned' },
};

/** Requests to the planner, the newest first. */
export function Planner() {
  const { query, route } = useLocation();
  const { before = '' } = query;
  const { data, error } = useResource<TraceList>(before ? `/api/traces?before=${encodeURIComponent(before)}` : '/api/traces');
  return (
    <>
      <Title name="Planner" />
      {error && <ErrorNote error={error} alert />}
      {data?.traces.length === 0 && (
        <p class="empty">
          No request has gone through the planner yet. <code>durableflow proxy</code> starts one.
        </p>
      )}
      {data && data.traces.length > 0 && (
        <table class="cards traces">
          <caption class="unseen">Requests to the planner, the newest first</caption>
          <thead>
            <tr>
              <th scope="col">What became of it</th>
              <th scope="col">State</th>
              <th scope="col" class="n">
                Cost
              </th>
              <th scope="col">Asked</th>
            </tr>
          </thead>
          <tbody>
            {data.traces.map(({ id, at, state, headline, costUsd }) => (
              <tr key={id}>
                <th scope="row">
                  <a href={`/planner/${encodeURIComponent(id)}`}>
                    <Text of={headline} />
                  </a>
                </th>
                <td>
                  <StateMark look={traceLooks[state]} />
                </td>
                <td class="n" data-name="Cost">
                  {moneyText(costUsd)}
                </td>
                <td>
                  <Ago at={at} brief />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <nav class="pages" aria-label="Pages of requests">
        {before !== '' && (
          <button type="button" onClick={() => route('/planner')}>
            Newest
          </button>
        )}
        {data && data.next !== null && (
          <button type="button" onClick={() => route(`/planner?before=${encodeURIComponent(data.next!)}`)}>
            Older
          </button>
        )}
      </nav>
    </>
  );
}
