import { useEffect, useRef } from 'preact/hooks';

/** Whether a key press belongs to what has the focus: a field that is written in, a button that is pressed. */
function taken(event: KeyboardEvent): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return true;
  if (document.querySelector('dialog[open]')) return true;
  const target = event.target instanceof Element ? event.target : undefined;
  if (target?.closest('input, textarea, select')) return true;
  // Arrows scroll what is scrolled, Enter presses what is pressed.
  const moves = event.key.startsWith('Arrow') && target?.closest('pre, [role="group"]') !== null;
  return moves || (event.key === 'Enter' && target?.closest('a, button, summary') !== null);
}

/** Does something at single keys, while nothing is written and no dialog is open. */
export function useKeys(keys: Readonly<Record<string, () => void>>, active = true): void {
  const latest = useRef(keys);
  latest.current = keys;
  useEffect(() => {
    if (!active) return undefined;
    const onKey = (event: KeyboardEvent) => {
      const act = Object.hasOwn(latest.current, event.key) ? latest.current[event.key] : undefined;
      if (!act || taken(event)) return;
      event.preventDefault();
      act();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [active]);
}
