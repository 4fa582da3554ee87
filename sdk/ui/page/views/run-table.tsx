import { useState } from 'preact/hooks';
import type { RunLine, RunList } from '../../contract.js';
import { RunLink } from '../parts/run-link.js';
import { StateMark } from '../parts/state-mark.js';
import { Text } from '../parts/text.js';
import { Ago } from '../parts/time.js';
import { countText, moneyText } from '../words/amounts.js';
import { runLooks } from '../words/statuses.js';

interface RunTableProps {
  readonly list: RunList;
  readonly atTop: boolean;
  readonly filtered: boolean;
}

/**
 * One page of runs. What is there changes in place; runs that are new are announced and come in when they are asked for, or at once
 * while nobody has scrolled, so that nothing moves under a finger.
 */
export function RunTable({ list, atTop, filtered }: RunTableProps) {
  const [shown, setShown] = useState(list.runs);
  const present = new Set(shown.map(({ id }) => id));
  const fresh = list.runs.filter(({ id }) => !present.has(id));
  const merge = fresh.length > 0 && (!atTop || window.scrollY < 8);
  if (merge) setShown(list.runs);
  const latest = new Map(list.runs.map((run) => [run.id, run]));
  const rows = fresh.length === 0 || merge ? list.runs : shown.map((run) => latest.get(run.id) ?? run);
  if (rows.length === 0) return <p class="empty">{filtered ? 'No run is like this.' : 'There is no run yet.'}</p>;
  return (
    <>
      <div class="news" role="status">
        {fresh.length > 0 && !merge && (
          <button
            type="button"
            onClick={() => {
              setShown(list.runs);
              window.scrollTo({ top: 0 });
            }}
          >
            {countText(fresh.length)} new
          </button>
        )}
      </div>
      <table class="runs">
        <caption class="unseen">Runs, the newest first</caption>
        <thead>
          <tr>
            <th scope="col">Run</th>
            <th scope="col">Status</th>
            <th scope="col">Workflow</th>
            <th scope="col">Waits for, ended by</th>
            <th scope="col" class="n">
              Cost
            </th>
            <th scope="col">Started</th>
            <th scope="col">Changed</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((run) => (
            <Row key={run.id} run={run} />
          ))}
        </tbody>
      </table>
    </>
  );
}

function Row({ run }: { run: RunLine }) {
  const note = run.error?.what ?? run.waitsFor ?? '';
  return (
    <tr>
      <th scope="row">
        <RunLink id={run.id} />
      </th>
      <td>
        <StateMark look={runLooks[run.status]} />
        {run.claims > 1 && (
          <span class="dim claims" title="How often it was taken up by a process">
            {' '}
            ×{run.claims}
            <span class="unseen"> claims</span>
          </span>
        )}
      </td>
      <td>
        <Text of={run.workflow} /> <span class="dim">{run.version}</span>
      </td>
      <td class={run.error ? 'note wrong' : 'note'} title={note}>
        {note && <Text of={note} />}
      </td>
      <td class="n" data-name="Cost">
        {run.costUsd > 0 ? moneyText(run.costUsd) : ''}
      </td>
      <td data-name="Started">
        <Ago at={run.createdAt} brief />
      </td>
      <td data-name="Changed">
        <Ago at={run.updatedAt} brief />
      </td>
    </tr>
  );
}
