import type { Tone } from '../../readiness-view.js';
import { markup, type Markup } from '../../../../sdk/page/markup.js';

const signs: Readonly<Record<Tone, string>> = { good: '✓', bad: '✕', unsure: '?', none: '–' };
const names: Readonly<Record<Tone, string>> = { good: 'passed', bad: 'failed', unsure: 'unknown', none: 'not tried' };

/** The sign of a tone. It is a shape as well as a colour; what it stands for is always said beside it. */
export const sign = (tone: Tone): Markup => markup`<span class="sign ${tone}" aria-hidden="true">${signs[tone]}</span>`;

export const toneName = (tone: Tone) => names[tone];
