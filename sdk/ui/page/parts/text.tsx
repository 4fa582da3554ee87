import { shownText } from '../words/shown-text.js';

/** Text of strangers: nothing of it is invisible, and it moves nothing around it. */
export function Text({ of, mono = false }: { of: string; mono?: boolean }) {
  return <bdi class={mono ? 'mono' : undefined}>{shownText(of)}</bdi>;
}
