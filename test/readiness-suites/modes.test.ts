import { describe, expect, expectTypeOf, it } from 'vitest';
import { coreModes, modes, type ModeId } from '../../readiness-suites/modes.js';

describe('the modes', () => {
  it('have ids and titles of their own, and weights', () => {
    expect(new Set(modes.map(({ id }) => id)).size).toBe(modes.length);
    expect(new Set(modes.map(({ title }) => title)).size).toBe(modes.length);
    expect(modes.filter(({ weight }) => !(weight > 0))).toEqual([]);
  });

  it('are known by their ids', () => {
    expectTypeOf<'tool_timeout'>().toExtend<ModeId>();
    expectTypeOf<'tool_timeouts'>().not.toExtend<ModeId>();
    expect(modes.map(({ id }) => id)).toContain('code_changed_under_parked_run' satisfies ModeId);
    // Titles say what ids say, so that `-t` and `modes` name the same thing in the same words.
    expect(modes.filter(({ id, title }) => id !== 'fault_free' && title.replace(/\b(?:a|the) /g, '').replaceAll(' ', '_') !== id)).toEqual(
      [],
    );
  });

  it('are all there that a ship needs', () => {
    expect([...coreModes].filter((id) => !modes.some((mode) => mode.id === id))).toEqual([]);
    expect(modes.some(({ category }) => category === 'safety')).toBe(true);
  });
});
