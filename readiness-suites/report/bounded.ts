/** How long a text of the evidence may be in a report; agents and their tools write them, and may write anything. */
export const longestText = 2_000;
/** How many calls, prompts or processes of one trial a report keeps. */
export const longestList = 300;

/** The text, cut in the middle where it is too long: both its beginning and its end may say what happened. */
export function boundedText(text: string, longest = longestText): string {
  if (text.length <= longest) return text;
  const half = Math.floor(longest / 2);
  return `${text.slice(0, half)} … ${text.length - 2 * half} characters left out … ${text.slice(-half)}`;
}

/** The value with every text in it cut to the bound. */
export function boundTexts<T>(value: T): T {
  if (typeof value === 'string') return boundedText(value) as T;
  if (Array.isArray(value)) return value.map((it) => boundTexts<unknown>(it)) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, it]) => [boundedText(key, 200), boundTexts<unknown>(it)])) as T;
}
