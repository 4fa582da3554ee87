import { useLocation } from 'preact-iso/router';
import type { ReportLine } from '../../contract.js';
import { useResource } from '../api/use-resource.js';
import { ErrorNote } from '../parts/error-note.js';
import { StateMark } from '../parts/state-mark.js';
import { Text } from '../parts/text.js';
import { Ago } from '../parts/time.js';
import { Title } from '../parts/title.js';
import { shownText } from '../words/shown-text.js';
import type { Look } from '../words/statuses.js';

/** What readiness and Colony have reported; one of them is shown, in a frame that can do nothing. */
export function Reports() {
  const { query } = useLocation();
  const { data, error } = useResource<readonly ReportLine[]>('/api/reports');
  const shown = data?.find(({ id }) => id === query['report']);
  return (
    <>
      <Title name="Reports" />
      {error && <ErrorNote error={error} alert />}
      {data?.length === 0 && (
        <p class="empty">
          There is no report yet. <code>durableflow readiness</code> and <code>durableflow colony</code> write one.
        </p>
      )}
      {data && data.length > 0 && (
        <table class="cards traces">
          <caption class="unseen">Reports, the newest first</caption>
          <thead>
            <tr>
              <th scope="col">Report</th>
              <th scope="col">Verdict</th>
              <th scope="col">Written</th>
            </tr>
          </thead>
          <tbody>
            {data.map((report) => (
              <tr key={report.id}>
                <th scope="row">
                  <a href={`/shown-reports?report=${encodeURIComponent(report.id)}`} aria-current={report === shown ? 'true' : undefined}>
                    {report.kind === 'readiness' ? 'Readiness' : 'Colony'}: <Text of={report.title} />
                  </a>
                </th>
                <td>{report.verdict === null ? <span class="dim">none</span> : <StateMark look={lookOf(report.verdict)} />}</td>
                <td>
                  <Ago at={report.at} brief />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {shown && (
        <iframe class="report" sandbox="" src={`/reports/${encodeURIComponent(shown.id)}`} title={`Report ${shownText(shown.title)}`} />
      )}
    </>
  );
}

function lookOf(verdict: string): Look {
  const words = shownText(verdict.replaceAll('_', ' '));
  if (verdict === 'ship') return { tone: 'good', shape: 'check', words };
  return verdict === 'no_ship' ? { tone: 'bad', shape: 'cross', words } : { tone: 'wait', shape: 'question', words };
}
