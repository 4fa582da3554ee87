/** What a matcher says, in the form in which Vitest wants it. */
export interface MatcherVerdict {
  readonly pass: boolean;
  readonly message: () => string;
}

/** `what` is true or not; `why` tells why it is not. */
export const verdict = (subject: string, what: string, why: string | undefined): MatcherVerdict => ({
  pass: why === undefined,
  message: () => (why === undefined ? `expected ${subject} not to ${what}, but it did` : `expected ${subject} to ${what}, but ${why}`),
});
