/** A number of tokens as an endpoint tells it. What is no count is none: a negative one would give money back to a budget. */
export const tokenCount = (said: unknown): number => (typeof said === 'number' && said > 0 && Number.isFinite(said) ? said : 0);
