import type { FuzzTarget } from './fuzz-target.js';

/** All code that reads what others have written, by name; each is loaded where it is tried. */
export const targets = {
  /** Encoded values. */
  codec: async () => (await import('./targets/codec.js')).codec,
  /** Records of a file that was tampered with. */
  journal: async () => (await import('./targets/journal.js')).journal,
  /** Histories that are imported. */
  history: async () => (await import('./targets/history.js')).history,
  /** `targets.yaml`. */
  config: async () => (await import('./targets/config.js')).config,
  /** Traces of machines, baselines, reports. */
  reports: async () => (await import('./targets/reports.js')).reports,
  /** Mailboxes and the messages in them. */
  mbox: async () => (await import('./targets/mbox.js')).mbox,
  /** Answers of OpenAI-compatible endpoints, streamed and whole. */
  openai: async () => (await import('./targets/models.js')).openAi,
  /** Answers of Anthropic, streamed and whole. */
  anthropic: async () => (await import('./targets/models.js')).anthropicAnswers,
  /** Answers of the targets of a planner, and the traces of them. */
  upstreams: async () => (await import('./targets/upstreams.js')).upstreams,
  /** What MCP servers list and answer. */
  mcp: async () => (await import('./targets/mcp.js')).mcp,
  /** Requests to `durableflow ui`. */
  page: async () => (await import('./targets/page.js')).page,
  /** Requests to the proxy of the planner. */
  proxy: async () => (await import('./targets/proxy.js')).proxy,
  /** Arguments of the command line. */
  'command-line': async () => (await import('./targets/command-line.js')).commandLine,
} satisfies Readonly<Record<string, () => Promise<FuzzTarget>>>;
