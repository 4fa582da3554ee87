import type { Json } from '../../contract.js';
import { FoldedJson } from './json-view.js';
import { Text } from './text.js';

/** What a model has answered: its text openly, and what else came with it as JSON. */
export function ModelAnswer({ value }: { value: Json }) {
  const text = textOf(value);
  if (text === undefined) return <FoldedJson value={value} label="Its answer" />;
  return (
    <>
      <blockquote class="answer" dir="ltr" tabIndex={0} aria-label="Its answer">
        <Text of={text} />
      </blockquote>
      {typeof value !== 'string' && (
        <details class="fold">
          <summary>The whole value</summary>
          <FoldedJson value={value} label="Its answer" />
        </details>
      )}
    </>
  );
}

/** The text of an answer: the value itself, or the `text` that model clients give. */
function textOf(value: Json): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null || !('text' in value)) return undefined;
  return typeof value.text === 'string' ? value.text : undefined;
}
