import { isLoopback, nameInHost } from '../../http/is-loopback.js';
import { UiError } from './ui-error.js';

/** What the headers of a request say of where it comes from. */
export interface Caller {
  readonly host: string | undefined;
  readonly origin: string | undefined;
  /** `Sec-Fetch-Site`, which browsers set and pages cannot. */
  readonly site: string | undefined;
}

/** Refuses with 403 what a browser was led to by a name of somebody else (DNS rebinding). */
export function assertHost({ host }: Caller, allowed: readonly string[]): void {
  const name = host === undefined ? undefined : nameInHost(host).toLowerCase();
  if (name !== undefined && (isLoopback(name) || allowed.includes(name))) return;
  throw new UiError(403, 'DF_UI_REFUSED', 'the Host header names a host that this page is not served for');
}

/** Refuses with 403 what a page of another origin asks for; programs, which send neither header, need the cookie all the same. */
export function assertSameOrigin(caller: Caller): void {
  const { site } = caller;
  if ((site !== undefined && site !== 'same-origin' && site !== 'none') || (caller.origin !== undefined && !isOwnOrigin(caller)))
    throw new UiError(403, 'DF_UI_REFUSED', 'the request comes from a page of another origin');
}

/** For what changes something the origin must be told, and be that of the page. */
export function assertFromPage(caller: Caller): void {
  if (!isOwnOrigin(caller) || (caller.site !== undefined && caller.site !== 'same-origin'))
    throw new UiError(403, 'DF_UI_REFUSED', 'the request does not come from the page itself');
}

/** The scheme may differ from ours: something in front of the server may speak TLS. */
function isOwnOrigin({ host, origin }: Caller): boolean {
  try {
    const { protocol, host: named } = new URL(origin ?? '');
    return (protocol === 'http:' || protocol === 'https:') && named === host?.toLowerCase();
  } catch {
    return false;
  }
}
