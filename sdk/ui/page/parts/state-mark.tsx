import type { Look } from '../words/statuses.js';

const shapes: Readonly<Record<Look['shape'], string>> = {
  check: 'M3.5 8.5l3 3 6-7',
  dot: 'M8 5.5a2.5 2.5 0 1 1 0 5a2.5 2.5 0 1 1 0-5',
  clock: 'M8 2.5a5.5 5.5 0 1 1 0 11a5.5 5.5 0 1 1 0-11M8 5v3.3l2.2 1.4',
  cross: 'M4 4l8 8M12 4l-8 8',
  bar: 'M8 2.5a5.5 5.5 0 1 1 0 11a5.5 5.5 0 1 1 0-11M5 8h6',
  question: 'M5.5 6a2.5 2.5 0 1 1 3.6 2.2c-.8.4-1.1.8-1.1 1.6M8 12.4v.2',
  ring: 'M8 3.5a4.5 4.5 0 1 1 0 9a4.5 4.5 0 1 1 0-9',
  fork: 'M8 13.5V9L4 3M8 9l4-6',
};

/** A state as a shape in its colour, and in words. */
export function StateMark({ look }: { look: Look }) {
  return (
    <span class={`state tone-${look.tone}`}>
      <svg viewBox="0 0 16 16" width="14" height="14" aria-hidden="true">
        <path d={shapes[look.shape]} />
      </svg>
      {look.words}
    </span>
  );
}
