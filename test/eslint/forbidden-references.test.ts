import { describe, expect, it } from 'vitest';
import { inRun, lint, rulesAgainst } from './lint.js';

describe('what run() must not touch', () => {
  it.each([
    ['no-clock', 'return new Date();'],
    ['no-clock', 'return Date();'],
    ['no-clock', 'return Date.now();'],
    ['no-clock', "return Date['now']();"],
    ['no-clock', 'return globalThis.Date.now();'],
    ['no-clock', 'return [1].map(Date.now);'],
    ['no-clock', 'return performance.now();'],
    ['no-clock', 'return process.hrtime.bigint();'],
    ['no-random', 'return Math.random();'],
    ['no-random', 'return input.map(() => Math.random());'],
    ['no-random', 'return crypto.randomUUID();'],
    ['no-random', 'return crypto.getRandomValues(new Uint8Array(2));'],
    ['no-io', "return (await fetch('https://example.org')).status;"],
    ['no-io', "return new WebSocket('wss://example.org');"],
    ['no-timers', 'return new Promise((resolve) => setTimeout(resolve, 10));'],
    ['no-timers', 'setInterval(() => {}, 10);'],
    ['no-timers', 'setImmediate(() => {});'],
    ['no-timers', 'return AbortSignal.timeout(10);'],
    ['no-environment', "return process.env['REGION'];"],
    ['no-environment', 'const { env } = process; return env;'],
    ['no-environment', 'return process.cwd();'],
  ])('%s: %s', (rule, statement) => {
    expect(rulesAgainst(statement)).toEqual([rule]);
  });

  it.each([
    ['no-random', "import { randomUUID } from 'node:crypto';", 'return randomUUID();'],
    ['no-random', "import { randomUUID as id } from 'crypto';", 'return id();'],
    ['no-random', "import * as crypto from 'node:crypto';", 'return crypto.randomBytes(4);'],
    ['no-random', "import crypto from 'node:crypto';", 'return crypto.randomInt(4);'],
    ['no-random', "import { v4 } from 'uuid';", 'return v4();'],
    ['no-random', 'const { random: chance } = Math;', 'return chance();'],
    ['no-random', "const { randomUUID } = require('crypto');", 'return randomUUID();'],
    ['no-clock', 'const clock = Date;', 'return clock.now();'],
    ['no-clock', "import { performance } from 'node:perf_hooks';", 'return performance.now();'],
    ['no-io', "import { readFile } from 'node:fs/promises';", "return readFile('a');"],
    ['no-io', "import fs from 'fs';", "return fs.promises.readFile('a');"],
    ['no-io', "import http from 'node:http';", "return http.get('http://example.org');"],
    ['no-io', "import { execFileSync } from 'node:child_process';", "return execFileSync('ls');"],
    ['no-io', "import axios from 'axios';", "return axios.get('http://example.org');"],
    ['no-timers', "import { setTimeout as wait } from 'node:timers/promises';", 'await wait(10);'],
    ['no-environment', "import { hostname } from 'node:os';", 'return hostname();'],
    ['no-environment', "import process from 'node:process';", 'return process.env;'],
  ])('%s, imported or kept under another name: %s %s', (rule, before, statement) => {
    expect(rulesAgainst(statement, before)).toEqual([rule]);
  });

  it.each([
    ['dates that are made from data', 'return new Date(0).getTime() + Date.parse(input[0]!) + Date.UTC(2026, 0);'],
    ['what a local variable hides', 'const fetch = (id: string) => this.fetchOne(id); return fetch(input[0]!);'],
    ['keys and members of that name', 'const box = { fetch: 1, setTimeout: 2 }; return box.fetch + box.setTimeout;'],
    ['types', 'type Fetch = typeof fetch; const made = input as unknown as Fetch | typeof Date.now; return String(made);'],
    ['instanceof', 'return (input as unknown) instanceof Date;'],
    ["the engine's own", "await sleep('1s'); return [now(), random(), uuid()];"],
    ['what gives the same each time', 'console.log(Math.max(1, 2), performance); return structuredClone(input);'],
  ])('leaves alone %s', (_what, statement) => {
    expect(rulesAgainst(statement)).toEqual([]);
  });

  it('says what to use instead, and where', () => {
    const statements = ['Date.now()', 'Math.random()', 'crypto.randomUUID()', 'setTimeout', 'process.env', 'fetch'].join(',\n');
    expect(lint(inRun(`return [${statements}];`))).toEqual([
      "6 no-clock: Date.now in run() gives another time on every replay. Use now() from 'durableflow'.",
      "7 no-random: Math.random in run() gives another value on every replay. Use random() from 'durableflow'.",
      "8 no-random: crypto.randomUUID in run() gives another value on every replay. Use uuid() from 'durableflow'.",
      "9 no-timers: setTimeout in run() waits again on every replay and keeps the run in memory. Use sleep() from 'durableflow'.",
      '10 no-environment: process.env in run() may differ in the process that goes on with the run. Use the input of the run, or read it in a @step.',
      '11 no-io: fetch in run() is done again on every replay. Use a method with @step for what only reads, or @sideEffect for what changes something.',
    ]);
  });
});
