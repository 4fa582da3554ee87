/** Moments and spans of Colony are whole microseconds, so that sums are exact and the order of events is never in doubt. */
export type Micros = number;

const perSecond = 1_000_000;

export const micros = (seconds: number): Micros => Math.round(seconds * perSecond);

export const seconds = (span: Micros): number => span / perSecond;

export const hours = (span: Micros): number => span / (3600 * perSecond);
