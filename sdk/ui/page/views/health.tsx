import type { Overview } from '../../contract.js';
import { useResource } from '../api/use-resource.js';
import { ErrorNote } from '../parts/error-note.js';
import { StateMark } from '../parts/state-mark.js';
import { Text } from '../parts/text.js';
import { Title } from '../parts/title.js';
import type { Look } from '../words/statuses.js';

const looks: Readonly<Record<Overview['findings'][number]['severity'], Look>> = {
  damaged: { tone: 'bad', shape: 'cross', words: 'damaged' },
  attention: { tone: 'wait', shape: 'question', words: 'needs attention' },
  note: { tone: 'quiet', shape: 'dot', words: 'note' },
};

/** What the doctor finds in the file. */
export function Health() {
  const { data, error } = useResource<Overview>('/api/overview');
  return (
    <>
      <Title name="Health" />
      {error && <ErrorNote error={error} alert />}
      {data?.findings.length === 0 && <p class="empty">The doctor finds nothing.</p>}
      <ul class="plain-list findings">
        {data?.findings.map(({ severity, what, meaning }) => (
          <li class={severity}>
            <StateMark look={looks[severity]} />
            <h2>
              <Text of={what} />
            </h2>
            <p>
              <Text of={meaning} />
            </p>
          </li>
        ))}
      </ul>
    </>
  );
}
