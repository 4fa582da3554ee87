import { randomBytes } from 'node:crypto';
import { isSecretOf, secretDigest } from '../../http/secret-digest.js';

/** One browser that has opened a link. */
export interface UiSession {
  readonly decider: string;
  /** What everything that changes something must carry. */
  readonly csrf: string;
}

interface Kept extends UiSession {
  readonly cookie: Buffer;
  readonly until: number;
}

/** A session is over after this long, and the oldest one when there are more than so many. */
const lifetime = 12 * 60 * 60 * 1000;
const mostSessions = 200;

/** 256 bits, which nobody guesses. */
const newSecret = () => randomBytes(32).toString('base64url');

/** Who may use the page: links that name a decider, and the sessions that were made of them. Kept in memory alone. */
export class Sessions {
  readonly #links: readonly { readonly decider: string; readonly digest: Buffer }[];
  readonly #now: () => number;
  #sessions: readonly Kept[] = [];

  /** The tokens of the links, in the order of the deciders. */
  readonly tokens: readonly string[];

  constructor(deciders: readonly string[], now: () => number = Date.now) {
    this.tokens = deciders.map(newSecret);
    this.#links = deciders.map((decider, index) => ({ decider, digest: secretDigest(this.tokens[index]!) }));
    this.#now = now;
  }

  /** A new session and the value of its cookie; undefined if the token is that of no link. */
  open(token: string): { readonly session: UiSession; readonly cookie: string } | undefined {
    // All are compared, so that the time tells nothing of which.
    const [link] = this.#links.filter(({ digest }) => isSecretOf(digest, token));
    if (!link) return undefined;
    const cookie = newSecret();
    const session = { decider: link.decider, csrf: newSecret() };
    const kept = { ...session, cookie: secretDigest(cookie), until: this.#now() + lifetime };
    this.#sessions = [...this.#alive().slice(-(mostSessions - 1)), kept];
    return { session, cookie };
  }

  find(cookie: string | undefined): UiSession | undefined {
    if (cookie === undefined) return undefined;
    return this.#alive().filter((kept) => isSecretOf(kept.cookie, cookie))[0];
  }

  /** Whether the text is the session's CSRF token. */
  carries({ csrf }: UiSession, given: string | undefined): boolean {
    return isSecretOf(secretDigest(csrf), given ?? '');
  }

  end(cookie: string): void {
    this.#sessions = this.#sessions.filter((kept) => !isSecretOf(kept.cookie, cookie));
  }

  #alive(): readonly Kept[] {
    const now = this.#now();
    return this.#sessions.filter(({ until }) => until > now);
  }
}
