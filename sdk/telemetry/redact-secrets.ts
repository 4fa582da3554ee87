/** What stands in the place of a secret. */
const redacted = '[redacted]';

/** Shorter values of the environment are too common to be taken for secrets. */
const shortestSecret = 8;
const secretName = /key|token|secret|passw|credential|auth/i;

/** Secrets that are known by what stands before them: the first group is kept. */
const labelled: readonly RegExp[] = [
  /(\b(?:bearer|basic)\s+)[\w.~+/=-]{8,}/gi,
  /((?:\b|_)(?:authorization|(?:x-)?api[-_ ]?key|(?:client[-_]?)?secret|password|passwd|(?:access|refresh|auth)[-_]?token)["']?\s*[:=]\s*["']?)(?!\[|bearer|basic)[^\s"',;&})\]]{4,}/gi,
  /(\/\/)[^\s/:@]+:[^\s/@]+(?=@)/g,
];

/** Secrets that are known by their form: keys of model providers, clouds and code hosts, JSON web tokens, private keys. */
const shaped =
  /\b(?:sk|rk|pk)[-_](?:[a-z]+[-_])*[\w-]{16,}|\b(?:gh[opsur]_|github_pat_|glpat-|xox[abeprs]-|npm_)[\w-]{16,}|\b(?:AKIA|ASIA)[0-9A-Z]{16}\b|\bAIza[\w-]{30,}|\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*|-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g;

/**
 * A text without the secrets that can be told from other words: values of this process's environment whose names speak of
 * keys, tokens or passwords, what follows such a name, and what has the form of a well-known credential. Errors of clients
 * like to quote these.
 */
export function redactSecrets(text: string): string {
  let clean = text;
  for (const value of environmentSecrets()) clean = clean.replaceAll(value, redacted);
  for (const pattern of labelled) clean = clean.replace(pattern, `$1${redacted}`);
  return clean.replace(shaped, redacted);
}

/** Longer ones first, since one may hold another. */
function environmentSecrets(): string[] {
  return Object.entries(process.env)
    .flatMap(([name, value]) => (secretName.test(name) && value !== undefined && value.length >= shortestSecret ? [value] : []))
    .toSorted((a, b) => b.length - a.length);
}
