import type { PlannerTarget } from '../target.js';

/**
 * Whether a target answers at all, whatever it says: `GET {baseUrl}/models`, without a key. Undefined for a target whose address is its
 * provider's own, which is not asked.
 */
export async function probeTarget({ baseUrl }: PlannerTarget, timeoutMs = 2000): Promise<boolean | undefined> {
  if (baseUrl === undefined) return undefined;
  try {
    const signal = AbortSignal.timeout(timeoutMs);
    const response = await fetch(`${baseUrl.replace(/\/+$/, '')}/models`, { signal, redirect: 'manual' });
    await response.body?.cancel();
    // A gateway that speaks for a server that is not there says so with one of these.
    return ![502, 503, 504].includes(response.status);
  } catch {
    return false;
  }
}
