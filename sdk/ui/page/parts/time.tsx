import { useEffect, useState } from 'preact/hooks';
import type { Moment } from '../../contract.js';
import { localText, relativeText, utcText } from '../words/moments.js';

/** How long ago, kept up to date; exactly in the title, in the reader's time and in UTC, and for screen readers. */
export function Ago({ at, brief = false }: { at: Moment; brief?: boolean }) {
  const now = useNow();
  return (
    <time dateTime={at} title={`${localText(at)} (${utcText(at)})`}>
      {relativeText(at, now, brief ? 'short' : 'long')}
      <span class="unseen">, {localText(at)}</span>
    </time>
  );
}

/** A moment in the reader's time, in UTC in the title. */
export function Exact({ at }: { at: Moment }) {
  return (
    <time dateTime={at} title={utcText(at)}>
      {localText(at)}
    </time>
  );
}

/** The present, every ten seconds. */
export function useNow(): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 10_000);
    return () => clearInterval(timer);
  }, []);
  return now;
}
