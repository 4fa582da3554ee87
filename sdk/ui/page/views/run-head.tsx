import type { ComponentChildren } from 'preact';
import type { RunPage } from '../../contract.js';
import { RunLink, runPath } from '../parts/run-link.js';
import { StateMark } from '../parts/state-mark.js';
import { Text } from '../parts/text.js';
import { Ago, Exact } from '../parts/time.js';
import { countText, durationText, moneyText } from '../words/amounts.js';
import { runLooks } from '../words/statuses.js';

/** What a run is and how it stands, at a glance. */
export function RunHead({ run }: { run: RunPage }) {
  const attributes = Object.entries(run.attributes);
  return (
    <>
      <dl class="facts head">
        <Fact name="Status">
          <StateMark look={runLooks[run.status]} />
          {run.waitsFor !== null && (
            <>
              {' '}
              for <Text of={run.waitsFor} />
            </>
          )}
        </Fact>
        <Fact name="Workflow">
          <Text of={run.workflow} /> <span class="dim">version</span> <Text of={run.version} />
          {run.queue !== null && (
            <>
              {' '}
              <span class="dim">queue</span> <Text of={run.queue} />
            </>
          )}
        </Fact>
        <Fact name="Started">
          <Exact at={run.createdAt} />
        </Fact>
        <Fact name="Changed">
          <Ago at={run.updatedAt} />
          <span class="dim">, {durationText(Date.parse(run.updatedAt) - Date.parse(run.createdAt))} after its start</span>
        </Fact>
        {run.wakeAt !== null && (
          <Fact name="Goes on">
            <Ago at={run.wakeAt} />
          </Fact>
        )}
        {run.deadlineAt !== null && (
          <Fact name="Deadline">
            <Exact at={run.deadlineAt} />
          </Fact>
        )}
        <Fact name="Models cost">{moneyText(run.costUsd)}</Fact>
        <Fact name="Taken up">{run.claims === 1 ? 'once' : `${countText(run.claims)} times`}</Fact>
        {run.parent !== null && (
          <Fact name="Started by">
            <RunLink id={run.parent} />
          </Fact>
        )}
        {attributes.length > 0 && (
          <Fact name="Attributes">
            {attributes.map(([name, value]) => (
              <a class="attribute" href={`/runs?search=${encodeURIComponent(`${name}=${value}`)}`}>
                <Text of={`${name}=${value}`} mono />
              </a>
            ))}
          </Fact>
        )}
      </dl>
      {(run.hasLineage || run.hasTrace) && (
        <p class="ways">
          {run.hasLineage && <a href={runPath(run.id, '/lineage')}>What it knew: lineage</a>}
          {run.hasTrace && <a href={`/planner/${encodeURIComponent(run.id)}`}>Which models were considered: trace</a>}
        </p>
      )}
    </>
  );
}

function Fact({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
