import type { Estimate } from './colony-result.js';

/** What one seed says of how seeds differ. */
export const noInterval = 'no interval';

/** The interval in words, as `written` writes its ends. */
export const saidInterval = ({ low, high }: Estimate, written: (end: number) => string, between = ' to ') =>
  Number.isFinite(low) && Number.isFinite(high) ? `${written(low)}${between}${written(high)}` : noInterval;
