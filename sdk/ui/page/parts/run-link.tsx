import { shownText } from '../words/shown-text.js';

/** The page's address of a run, or of a part of it. */
export const runPath = (id: string, part = ''): string => `/runs/${encodeURIComponent(id)}${part}`;

/** A run's id, leading to the run. */
export function RunLink({ id }: { id: string }) {
  return (
    <a class="mono" href={runPath(id)}>
      <bdi>{shownText(id)}</bdi>
    </a>
  );
}
