import { useRoute } from 'preact-iso/router';
import type { LineagePage } from '../../contract.js';
import { useResource } from '../api/use-resource.js';
import { ErrorNote } from '../parts/error-note.js';
import { RunLink, runPath } from '../parts/run-link.js';
import { Text } from '../parts/text.js';
import { Title } from '../parts/title.js';
import { countText, moneyText } from '../words/amounts.js';
import { shownText } from '../words/shown-text.js';
import { LineagePicture } from './lineage-picture.js';

/** What a run knew: which call had which material, as a picture and in words. */
export function Lineage() {
  const id = useRoute().params['id'] ?? '';
  const { data, error } = useResource<LineagePage>(`/api${runPath(id, '/lineage')}`);
  return (
    <>
      <Title name={`Lineage of ${shownText(id)}`}>What the run knew</Title>
      <p>
        Run <RunLink id={id} />
        {data && (
          <span class="dim">
            , {countText(data.totals.modelCalls)} model calls, {countText(data.totals.inputTokens)} tokens in and{' '}
            {countText(data.totals.outputTokens)} out, {moneyText(data.totals.costUsd)}
          </span>
        )}
      </p>
      {error && <ErrorNote error={error} alert />}
      {data && data.calls.length === 0 && <p class="empty">No material is on record.</p>}
      {data && data.calls.length > 0 && (
        <>
          <LineagePicture page={data} />
          {data.hidden > 0 && <p class="dim">{countText(data.hidden)} more pieces of material are only in the lists below.</p>}
          {data.decisions.map((decision) => (
            <Decision key={decision.call} decision={decision} page={data} />
          ))}
        </>
      )}
    </>
  );
}

function Decision({ decision, page }: { decision: LineagePage['decisions'][number]; page: LineagePage }) {
  const { call, method, budget, material } = decision;
  const words = new Map(page.material.map(({ state, stateWords }) => [state, stateWords]));
  return (
    <section>
      <table class="cards">
        <caption>
          <strong>
            Call {call}, <span class="mono">{method}</span>
          </strong>
          {budget && ` ${countText(budget.tokens)} of ${countText(budget.maxTokens)} tokens`}
        </caption>
        <thead>
          <tr>
            <th scope="col">Material</th>
            <th scope="col">What became of it</th>
            <th scope="col" class="n">
              Tokens
            </th>
            <th scope="col" class="n">
              Score
            </th>
          </tr>
        </thead>
        <tbody>
          {material.map(({ reference, state, tokens, score, reason }) => (
            <tr>
              <th scope="row">
                <Text of={reference} mono />
              </th>
              <td class={state === 'rejected' ? 'dim' : undefined}>
                {words.get(state) ?? state}
                {reason !== null && (
                  <>
                    : <Text of={reason} />
                  </>
                )}
              </td>
              <td class="n" data-name="Tokens">
                {tokens === null ? '' : countText(tokens)}
              </td>
              <td class="n" data-name="Score">
                {score === null ? '' : score.toFixed(3)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
