import type { Json } from '../../contract.js';
import { countText, sizeText } from '../words/amounts.js';
import { jsonTokens } from '../words/json-tokens.js';

/** So many pieces are coloured; more would be slow to draw and no easier to read. */
const coloured = 3_000;

/** A value, whole: what is long is scrolled. The label says what it is. */
export function JsonView({ value, label }: { value: Json; label: string }) {
  const tokens = jsonTokens(value);
  const long = tokens.length > 16 || tokens.some(({ text }) => text.length > 200);
  // What scrolls must be reached with the keyboard.
  const reach = long ? { tabIndex: 0, role: 'group' as const, 'aria-label': label } : {};
  return (
    <pre class="value" dir="ltr" {...reach}>
      {tokens.length > coloured
        ? tokens.map(({ text }) => text).join('')
        : tokens.map(({ kind, text }) => (kind === 'mark' ? text : <span class={`json-${kind}`}>{text}</span>))}
    </pre>
  );
}

/** A value that is folded if it is large. */
export function FoldedJson({ value, label }: { value: Json; label: string }) {
  const text = JSON.stringify(value);
  if (text.length <= 600) return <JsonView value={value} label={label} />;
  return (
    <details class="fold">
      <summary>
        {label}: {outline(value)}, {sizeText(text.length)}
      </summary>
      <JsonView value={value} label={label} />
    </details>
  );
}

function outline(value: Json): string {
  if (typeof value === 'string') return 'a text';
  if (Array.isArray(value)) return `a list of ${countText(value.length)}`;
  if (typeof value === 'object' && value !== null) return `${countText(Object.keys(value).length)} fields`;
  return 'a value';
}
