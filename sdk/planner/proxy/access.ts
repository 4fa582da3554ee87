import { DurableFlowError } from '../../errors/index.js';
import { isLoopback, nameInHost } from '../../http/is-loopback.js';
import { isSecretOf, secretDigest } from '../../http/secret-digest.js';
import { ProxyError } from './proxy-error.js';

/** A shorter token can be guessed. */
const shortestToken = 16;

/** Refuses to serve the money of this configuration to a network that nobody has to say a token to. */
export function assertGuarded(host: string, token: string | undefined): void {
  if (token === undefined && !isLoopback(host))
    throw new DurableFlowError('DF_PROXY_UNGUARDED', `the proxy would listen on ${host}, where others reach it, and it has no token`);
  if (token !== undefined && token.length < shortestToken)
    throw new DurableFlowError('DF_PROXY_UNGUARDED', `the token has ${token.length} characters; it must have ${shortestToken} or more`);
}

/** What is known of a request before its body. */
interface Caller {
  readonly host: string | undefined;
  readonly origin: string | undefined;
  readonly authorization: string | undefined;
}

/** Who may ask: on a loopback address only programs of this machine, no page of a browser; with a token only who has it. */
export class Access {
  readonly #loopback: boolean;
  readonly #token: Buffer | undefined;

  constructor({ host, token }: { readonly host: string; readonly token: string | undefined }) {
    assertGuarded(host, token);
    this.#loopback = isLoopback(host);
    this.#token = token === undefined ? undefined : secretDigest(token);
  }

  /** Throws a 403 to whom a browser was led here by a name of its own (DNS rebinding), or from a page of somebody else. */
  checkSource({ host, origin }: Caller): void {
    if (!this.#loopback) return;
    if (host === undefined || !isLoopback(nameInHost(host)))
      throw new ProxyError(403, 'host_not_allowed', 'This address is served as localhost only; the Host header names another host.');
    if (origin !== undefined && !isLoopbackOrigin(origin))
      throw new ProxyError(403, 'origin_not_allowed', 'Pages of other hosts may not ask here.');
  }

  /** Throws a 401 unless the request carries the token; digests are compared, in constant time. */
  checkToken({ authorization }: Caller): void {
    if (!this.#token) return;
    const [, given] = /^bearer +(.+)$/i.exec(authorization ?? '') ?? [];
    if (isSecretOf(this.#token, given ?? '')) return;
    const message = given === undefined ? 'A bearer token is needed (the API key of the client).' : 'The bearer token is wrong.';
    throw new ProxyError(401, 'invalid_api_key', message, { headers: { 'www-authenticate': 'Bearer' } });
  }
}

function isLoopbackOrigin(origin: string): boolean {
  try {
    return isLoopback(new URL(origin).hostname);
  } catch {
    return false;
  }
}
