import { useState } from 'preact/hooks';
import type { RunPage, TimelineEntry } from '../../contract.js';
import { StateMark } from '../parts/state-mark.js';
import { Text } from '../parts/text.js';
import { Exact, useNow } from '../parts/time.js';
import { countText, durationText, moneyText } from '../words/amounts.js';
import type { Look } from '../words/statuses.js';
import { timelineGeometry, type Bar, type Geometry } from '../words/timeline-geometry.js';
import { CallDetails } from './call-details.js';

const outcomes: Readonly<Record<TimelineEntry['outcome'], Look>> = {
  returned: { tone: 'good', shape: 'check', words: 'returned' },
  threw: { tone: 'bad', shape: 'cross', words: 'threw' },
  open: { tone: 'wait', shape: 'clock', words: 'open' },
  in_doubt: { tone: 'odd', shape: 'question', words: 'in doubt' },
};

/** So many calls are drawn at once; more are drawn when they are asked for. */
const portion = 200;

/** The calls of a run, as a table with a bar for each: when it worked, when it waited, when the run was taken up again. */
export function Timeline({ run }: { run: RunPage }) {
  const now = useNow();
  const [portions, setPortions] = useState(1);
  const [open, setOpen] = useState<number>();
  if (run.timeline.length === 0) return <p class="dim">No call yet.</p>;
  const geometry = timelineGeometry(run, now);
  const first = Math.max(0, run.timeline.length - portion * portions);
  return (
    <>
      {first > 0 && (
        <p>
          <button type="button" onClick={() => setPortions(portions + 1)}>
            Show earlier calls ({countText(first)})
          </button>
        </p>
      )}
      <table class="timeline">
        <caption class="unseen">Calls in their order. The name of a call opens what it returned and which models it asked.</caption>
        <thead>
          <tr>
            <th scope="col">Call</th>
            <th scope="col">Outcome</th>
            <th scope="col" class="n">
              Took
            </th>
            <th scope="col" class="n">
              Tries
            </th>
            <th scope="col" class="n">
              Cost
            </th>
            <th scope="col" class="lane">
              <Axis geometry={geometry} />
            </th>
          </tr>
        </thead>
        <tbody>
          {run.timeline.slice(first).map((entry, i) => (
            <Call
              key={entry.call}
              entry={entry}
              bar={geometry.bars[first + i]!}
              lines={geometry.lines}
              now={now}
              open={open === entry.call}
              onToggle={() => setOpen(open === entry.call ? undefined : entry.call)}
            />
          ))}
        </tbody>
      </table>
      {run.resumptions.length > 0 && (
        <ul class="resumptions">
          {run.resumptions.map(({ claim, at, host, pid }) => (
            <li>
              <span class="resumed-mark" aria-hidden="true" /> Taken up for the {ordinal(claim)} time <Exact at={at} />, by process {pid} on{' '}
              <span title={host}>
                <Text of={host.split('/')[0]!} />
              </span>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

interface CallProps {
  readonly entry: TimelineEntry;
  readonly bar: Bar;
  readonly lines: readonly number[];
  readonly now: number;
  readonly open: boolean;
  readonly onToggle: () => void;
}

function Call({ entry, bar, lines, now, open, onToggle }: CallProps) {
  const took = (entry.endedAt === null ? now : Date.parse(entry.endedAt)) - Date.parse(entry.startedAt);
  const waited = entry.waits.reduce((sum, wait) => sum + (wait.until === null ? now : Date.parse(wait.until)) - Date.parse(wait.from), 0);
  const details = `call-${entry.call}`;
  return (
    <>
      <tr class={open ? 'opened' : undefined}>
        <th scope="row">
          <button type="button" class="call" aria-expanded={open} aria-controls={open ? details : undefined} onClick={onToggle}>
            <span class="dim">{entry.call}</span> <span class="mono">{entry.method}</span>
          </button>
          {entry.kind !== 'step' && <span class="kind">{entry.kind}</span>}
        </th>
        <td>
          <StateMark look={outcomes[entry.outcome]} />
        </td>
        <td class="n" data-name="Took">
          {durationText(took)}
          {waited > 0 && <span class="dim"> ({durationText(waited)} waiting)</span>}
        </td>
        <td class={entry.attempts > 1 ? 'n many' : 'n'} data-name="Tries">
          {entry.attempts}
        </td>
        <td class="n" data-name="Cost">
          {entry.costUsd > 0 ? moneyText(entry.costUsd) : ''}
        </td>
        <td class="lane" aria-hidden="true">
          <div class="track">
            {lines.map((line) => (
              <span class="resumed" style={{ left: percent(line) }} />
            ))}
            <span class={`bar ${entry.outcome}`} style={{ left: percent(bar.from), width: percent(bar.until - bar.from) }} />
            {bar.waits.map((wait) => (
              <span class="bar waits" style={{ left: percent(wait.from), width: percent(wait.until - wait.from) }} />
            ))}
          </div>
        </td>
      </tr>
      {open && (
        <tr class="details" id={details}>
          <td colSpan={6}>
            <CallDetails entry={entry} />
          </td>
        </tr>
      )}
    </>
  );
}

/** The whole length, and the waits that are drawn shorter than they were. */
function Axis({ geometry }: { geometry: Geometry }) {
  return (
    <>
      <span class="whole">When, over {durationText(geometry.untilMs - geometry.fromMs)}</span>
      <div class="axis" aria-hidden="true">
        {geometry.shortened.map(({ from, until, ms }) => (
          <span
            class="shortened"
            style={{ left: percent(from), width: percent(until - from) }}
            title={`${durationText(ms)} of waiting, drawn shorter`}
          >
            {until - from > 0.08 && durationText(ms)}
          </span>
        ))}
      </div>
    </>
  );
}

const percent = (share: number): string => `${(share * 100).toFixed(3)}%`;

function ordinal(count: number): string {
  return ['first', 'second', 'third', 'fourth', 'fifth'][count - 1] ?? `${countText(count)}th`;
}
