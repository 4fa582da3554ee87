import { useRoute } from 'preact-iso/router';
import type { TraceAttempt } from '../../../planner/plan-trace.js';
import type { TracePage } from '../../contract.js';
import { useResource } from '../api/use-resource.js';
import { ErrorNote } from '../parts/error-note.js';
import { RunLink } from '../parts/run-link.js';
import { StateMark } from '../parts/state-mark.js';
import { Text } from '../parts/text.js';
import { Title } from '../parts/title.js';
import { durationText, moneyText } from '../words/amounts.js';
import { shownText } from '../words/shown-text.js';
import { traceLooks } from './planner.js';

/** One request to the planner: what was asked for, who was considered, who was asked, and what would have changed it. */
export function Trace() {
  const id = useRoute().params['id'] ?? '';
  const { data: trace, error } = useResource<TracePage>(`/api/traces/${encodeURIComponent(id)}`);
  return (
    <>
      <Title name={`Request ${shownText(id)}`}>{trace ? <Text of={trace.headline} /> : `Request ${shownText(id)}`}</Title>
      {error && <ErrorNote error={error} alert />}
      {trace && (
        <>
          <p>
            <StateMark look={traceLooks[trace.state]} />
            <span class="dim">
              , {durationText(trace.totals.durationMs)}, {moneyText(trace.totals.costUsd)}
              {trace.totals.chargedUsd !== trace.totals.costUsd && `, ${moneyText(trace.totals.chargedUsd)} charged to the budget`};
              run{' '}
            </span>
            <RunLink id={id} />
          </p>
          <section aria-labelledby="asked">
            <h2 id="asked">What was asked for</h2>
            <p>
              <Text of={trace.taskClass} />
              {trace.constraints.map((constraint) => (
                <>
                  , <Text of={constraint} />
                </>
              ))}
              . <span class="dim">{shownText(trace.confidenceNote)}</span>
            </p>
          </section>
          <section aria-labelledby="considered">
            <h2 id="considered">Who was considered</h2>
            <dl class="facts">
              {trace.considered.map(({ target, verdict, reason }) => (
                <>
                  <dt class={target === trace.chosen ? 'chosen' : undefined}>
                    <Text of={target} />
                  </dt>
                  <dd>
                    <Text of={verdict} />: <Text of={reason} />
                  </dd>
                </>
              ))}
            </dl>
          </section>
          <section aria-labelledby="attempts">
            <h2 id="attempts">Who was asked</h2>
            {trace.escalation.length === 0 && <p class="dim">Nobody.</p>}
            <ol class="attempts">
              {trace.escalation.map((attempt) => (
                <Attempt attempt={attempt} />
              ))}
            </ol>
            {trace.shadow && (
              <>
                <h3>In the shadow, for comparison only</h3>
                <ul class="attempts">
                  <Attempt attempt={trace.shadow} />
                </ul>
              </>
            )}
          </section>
          {trace.predictions.length > 0 && (
            <section>
              <table class="cards">
                <caption>
                  <strong>Foreseen and real</strong>
                </caption>
                <thead>
                  <tr>
                    <th scope="col">What</th>
                    <th scope="col" class="n">
                      Foreseen
                    </th>
                    <th scope="col" class="n">
                      Real
                    </th>
                  </tr>
                </thead>
                <tbody>
                  {trace.predictions.map(({ what, predicted, actual }) => (
                    <tr>
                      <th scope="row">{what}</th>
                      <td class="n" data-name="Foreseen">
                        {predicted}
                      </td>
                      <td class="n" data-name="Real">
                        {actual}
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </section>
          )}
          {trace.wouldChange.length > 0 && (
            <section aria-labelledby="change">
              <h2 id="change">What would change it</h2>
              <ul>
                {trace.wouldChange.map((words) => (
                  <li>
                    <Text of={words} />
                  </li>
                ))}
              </ul>
            </section>
          )}
        </>
      )}
    </>
  );
}

function Attempt({ attempt }: { attempt: TraceAttempt }) {
  return (
    <li>
      <Text of={attempt.target} /> <strong>{shownText(attempt.words)}</strong>
      <span class="dim">
        , {durationText(attempt.durationMs)}
        {attempt.costUsd !== undefined && `, ${moneyText(attempt.costUsd)}`}
      </span>
      {attempt.detail !== undefined && (
        <p>
          <Text of={attempt.detail} />
        </p>
      )}
    </li>
  );
}
