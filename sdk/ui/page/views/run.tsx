import { useRoute } from 'preact-iso/router';
import { useState } from 'preact/hooks';
import type { RunPage } from '../../contract.js';
import { useSession } from '../api/connection.js';
import { useResource } from '../api/use-resource.js';
import { ErrorNote } from '../parts/error-note.js';
import { FoldedJson } from '../parts/json-view.js';
import { RunLink, runPath } from '../parts/run-link.js';
import { Text } from '../parts/text.js';
import { Ago } from '../parts/time.js';
import { Title } from '../parts/title.js';
import { shownText } from '../words/shown-text.js';
import { ApprovalSlip } from './approval-slip.js';
import { CancelDialog } from './cancel-dialog.js';
import { RunHead } from './run-head.js';
import { SignalDialog } from './signal-dialog.js';
import { Timeline } from './timeline.js';

const ended = new Set(['completed', 'failed', 'rejected', 'cancelled', 'diverged']);

/** One run, from its input to where it stands. */
export function Run() {
  const id = useRoute().params['id'] ?? '';
  const run = useResource<RunPage>(`/api${runPath(id)}`);
  const { canDecide } = useSession();
  const [asked, setAsked] = useState<'cancel' | 'signal'>();
  const [said, setSaid] = useState('');
  const page = run.data;
  if (!page) {
    return (
      <>
        <Title name={`Run ${shownText(id)}`} />
        {run.error ? <ErrorNote error={run.error} alert /> : <p class="dim">Reading …</p>}
      </>
    );
  }
  const done = (after: RunPage, words: string) => {
    run.replace(after);
    setSaid(words);
  };
  const waiting = page.approvals.filter(({ verdict }) => verdict === null).length + page.doubts.length;
  return (
    <>
      <Title name={`Run ${shownText(id)}`}>
        <span class="dim">Run</span> <Text of={page.id} mono />
      </Title>
      <p class="status-line" role="status">
        {said}
      </p>
      {run.error && <ErrorNote error={run.error} alert />}
      <RunHead run={page} />
      {page.error && <ErrorNote error={page.error} />}
      {waiting > 0 && (
        <p class="notice">
          It waits for a person. <a href="/inbox">Decide in the inbox</a>.
        </p>
      )}
      {canDecide && !ended.has(page.status) && (
        <div class="buttons">
          <button type="button" onClick={() => setAsked('signal')}>
            Send a signal
          </button>
          <button type="button" class="stop" onClick={() => setAsked('cancel')}>
            Cancel the run
          </button>
        </div>
      )}
      <section aria-labelledby="timeline">
        <h2 id="timeline">Timeline</h2>
        <Timeline run={page} />
      </section>
      <div class="columns">
        <section aria-labelledby="input">
          <h2 id="input">Input</h2>
          <FoldedJson value={page.input} label="Input" />
        </section>
        <section aria-labelledby="output">
          <h2 id="output">Output</h2>
          {page.status === 'completed' ? <FoldedJson value={page.output} label="Output" /> : <p class="dim">None yet, or none at all.</p>}
        </section>
      </div>
      {page.approvals.length > 0 && (
        <section aria-labelledby="approvals">
          <h2 id="approvals">Approvals</h2>
          {page.approvals.map((card) => (
            <ApprovalSlip key={card.id} card={card} />
          ))}
        </section>
      )}
      {page.signals.length > 0 && (
        <section aria-labelledby="signals">
          <h2 id="signals">Signals</h2>
          {page.signals.map((signal) => (
            <div class="said">
              <p>
                <Text of={signal.name} mono /> <span class="dim">{signal.state}, sent </span>
                <Ago at={signal.sentAt} />
              </p>
              <FoldedJson value={signal.payload} label="Payload" />
            </div>
          ))}
        </section>
      )}
      {page.children.length > 0 && (
        <section aria-labelledby="children">
          <h2 id="children">Runs that it started</h2>
          <ul class="plain-list">
            {page.children.map((child) => (
              <li key={child}>
                <RunLink id={child} />
              </li>
            ))}
          </ul>
        </section>
      )}
      {page.next.length > 0 && (
        <section aria-labelledby="next">
          <h2 id="next">What to type in the terminal</h2>
          {page.next.map(({ waitsFor, commands }) => (
            <>
              <p>
                <Text of={waitsFor} />
              </p>
              <pre class="value">
                <Text of={commands.join('\n')} />
              </pre>
            </>
          ))}
        </section>
      )}
      {asked === 'cancel' && <CancelDialog run={page} onClose={() => setAsked(undefined)} onDone={done} />}
      {asked === 'signal' && <SignalDialog run={page} onClose={() => setAsked(undefined)} onDone={done} />}
    </>
  );
}
