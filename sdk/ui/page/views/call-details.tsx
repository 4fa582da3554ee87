import type { TimelineEntry } from '../../contract.js';
import { ErrorNote } from '../parts/error-note.js';
import { FoldedJson } from '../parts/json-view.js';
import { Text } from '../parts/text.js';
import { Exact } from '../parts/time.js';
import { countText, durationText, moneyText } from '../words/amounts.js';

/** What is on record of one call. */
export function CallDetails({ entry }: { entry: TimelineEntry }) {
  return (
    <div class="call-details">
      <p class="dim">
        Began <Exact at={entry.startedAt} />
        {entry.endedAt !== null && (
          <>
            , on record <Exact at={entry.endedAt} />
          </>
        )}
      </p>
      {entry.error && <ErrorNote error={entry.error} />}
      {entry.outcome === 'returned' && <FoldedJson value={entry.value} label="Returned" />}
      {entry.waits.length > 0 && (
        <ul class="plain-list">
          {entry.waits.map((wait) => (
            <li>
              Waited for <Text of={wait.what} />, from <Exact at={wait.from} />
              {wait.until === null ? ', still' : `, ${durationText(Date.parse(wait.until) - Date.parse(wait.from))}`}
            </li>
          ))}
        </ul>
      )}
      {entry.effect && (
        <p>
          Effect <Text of={entry.effect.state} />, key <Text of={entry.effect.key} mono />
          {entry.effect.resolvedBy !== null && (
            <>
              , as said by <Text of={entry.effect.resolvedBy} />
            </>
          )}
        </p>
      )}
      {entry.modelCalls.length > 0 && (
        <table class="models">
          <caption>Models asked</caption>
          <thead>
            <tr>
              <th scope="col">Try</th>
              <th scope="col">Model</th>
              <th scope="col">Outcome</th>
              <th scope="col" class="n">
                Took
              </th>
              <th scope="col" class="n">
                Tokens in
              </th>
              <th scope="col" class="n">
                Tokens out
              </th>
              <th scope="col" class="n">
                Cost
              </th>
            </tr>
          </thead>
          <tbody>
            {entry.modelCalls.map((call) => (
              <tr>
                <td data-name="Try">{call.attempt}</td>
                <td>
                  <Text of={call.model} /> <span class="dim">{call.provider}</span>
                </td>
                <td>{call.outcome}</td>
                <td class="n" data-name="Took">
                  {durationText(call.durationMs)}
                </td>
                <td class="n" data-name="In">
                  {call.inputTokens === null ? 'unknown' : countText(call.inputTokens)}
                </td>
                <td class="n" data-name="Out">
                  {call.outputTokens === null ? 'unknown' : countText(call.outputTokens)}
                </td>
                <td class="n" data-name="Cost">
                  {call.costUsd === null ? 'unknown' : moneyText(call.costUsd)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </div>
  );
}
