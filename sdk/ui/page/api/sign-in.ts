import type { Session } from '../../contract.js';
import { send } from './request.js';

/** Exchanges the token of the link for a session, and takes it out of the address and of the history; null without a token. */
export async function signIn(fragment: string): Promise<Session | null> {
  const token = /^#token=([\w-]+)$/.exec(fragment)?.[1];
  if (token === undefined) return null;
  history.replaceState(history.state, '', location.pathname + location.search);
  return send<Session>('/api/session', { token }, '');
}
