/** Names of providers that OpenTelemetry's GenAI conventions have a word for. */
const knownProviders: Readonly<Record<string, string>> = {
  anthropic: 'anthropic',
  openai: 'openai',
  deepseek: 'deepseek',
  groq: 'groq',
  mistral: 'mistral_ai',
};

/** The conventions' word for a provider; one that they do not know keeps its own. */
export const genAiProvider = (provider: string): string => knownProviders[provider] ?? provider;
