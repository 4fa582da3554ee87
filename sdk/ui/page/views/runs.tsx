import { useLocation } from 'preact-iso/router';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Overview, RunList } from '../../contract.js';
import { useResource } from '../api/use-resource.js';
import { ErrorNote } from '../parts/error-note.js';
import { Title } from '../parts/title.js';
import type { RunStatus } from '../../../store/index.js';
import { countText } from '../words/amounts.js';
import { runLooks, statuses } from '../words/statuses.js';
import { RunTable } from './run-table.js';

/** All runs, the newest first. Which of them is in the address. */
export function Runs() {
  const { query, route } = useLocation();
  const overview = useResource<Overview>('/api/overview').data;
  const chosen = (query['status'] ?? '').split(',').filter((status): status is RunStatus => status in runLooks);
  const { workflow = '', search = '', before = '' } = query;

  const parameters = new URLSearchParams();
  for (const status of chosen) parameters.append('status', status);
  if (workflow) parameters.set('workflow', workflow);
  if (search) parameters.set('search', search);
  const filter = parameters.toString();
  if (before) parameters.set('before', before);
  const list = useResource<RunList>(`/api/runs?${parameters}`);

  const go = (changes: Readonly<Record<string, string>>) => {
    const next = new URLSearchParams(
      Object.entries({ status: chosen.join(','), workflow, search, ...changes }).filter(([, value]) => value !== ''),
    );
    const text = next.toString();
    route(text ? `/runs?${text}` : '/runs');
  };
  const toggle = (status: RunStatus) =>
    go({ status: (chosen.includes(status) ? chosen.filter((it) => it !== status) : [...chosen, status]).join(',') });
  return (
    <>
      <Title name="Runs" />
      <search class="filters">
        <SearchField value={search} onSearch={(text) => go({ search: text })} focus={'find' in query} />
        <label class="choice">
          <span class="dim">Workflow</span>
          <select value={workflow} onChange={(event) => go({ workflow: event.currentTarget.value })}>
            <option value="">all</option>
            {(overview?.workflows ?? (workflow ? [workflow] : [])).map((name) => (
              <option value={name}>{name}</option>
            ))}
          </select>
        </label>
        <div class="statuses" role="group" aria-label="Statuses">
          {statuses.map((status) => {
            const count = overview?.counts[status] ?? 0;
            if (count === 0 && !chosen.includes(status)) return null;
            return (
              <button
                type="button"
                class={`chip tone-${runLooks[status].tone}`}
                aria-pressed={chosen.includes(status)}
                onClick={() => toggle(status)}
              >
                {runLooks[status].words} <span class="n">{countText(count)}</span>
              </button>
            );
          })}
        </div>
      </search>
      {list.error && <ErrorNote error={list.error} alert />}
      {list.data && <RunTable key={`${filter} ${before}`} list={list.data} atTop={before === ''} filtered={filter !== ''} />}
      <nav class="pages" aria-label="Pages of runs">
        {before !== '' && (
          <button type="button" onClick={() => go({})}>
            Newest
          </button>
        )}
        {list.data && list.data.next !== null && (
          <button type="button" onClick={() => go({ before: list.data!.next! })}>
            Older
          </button>
        )}
      </nav>
    </>
  );
}

function SearchField({ value, onSearch, focus }: { value: string; onSearch: (text: string) => void; focus: boolean }) {
  const [text, setText] = useState(value);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => setText(value), [value]);
  useEffect(() => {
    if (focus) field.current?.focus();
  }, [focus]);
  return (
    <form
      class="search"
      onSubmit={(event) => {
        event.preventDefault();
        onSearch(text.trim());
      }}
    >
      <label for="search">
        <span class="dim">Part of an id, or attribute=value</span>
      </label>
      <input
        ref={field}
        id="search"
        type="search"
        value={text}
        autoComplete="off"
        spellcheck={false}
        onInput={(event) => {
          setText(event.currentTarget.value);
          if (event.currentTarget.value === '' && value !== '') onSearch('');
        }}
      />
      <button type="submit">Search</button>
    </form>
  );
}
