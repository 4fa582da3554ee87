import { describe, expect, it } from 'vitest';
import { lint } from './lint.js';

const linesOf = (code: string) => lint(code).map((message) => Number(message.split(' ')[0]));

describe('a workflow', () => {
  it('is known by its decorator, whatever that is called, and an ordinary class is left alone', () => {
    const code = `import { workflow as durable } from 'durableflow';
import * as df from 'durableflow';
import { workflow } from 'elsewhere';
@durable({ name: 'a' }) class A { async run() { return Date.now(); } }
@df.workflow({ name: 'b' }) export default class B { async run() { return Date.now(); } }
@workflow({ name: 'c' }) class C { async run() { return Date.now(); } }
class D { async run() { return Date.now(); } }`;
    expect(linesOf(code)).toEqual([4, 5]);
  });

  it('is known by defineWorkflow, whether the class stands there or elsewhere', () => {
    const code = `import { defineWorkflow } from 'durableflow';
defineWorkflow(class { async run() { return Math.random() + (await this.one()); } async one() { return Math.random(); } }, { name: 'a', methods: { one: { step: true } } });
class B { async run() { return Math.random(); } }
defineWorkflow(B, { name: 'b', methods: {} });
const C = class { async run() { await this.two(); } async two() { return Math.random(); } };
defineWorkflow(C, { name: 'c', methods: { one: { step: true } } });`;
    expect(lint(code).map((it) => it.slice(0, 11))).toEqual(['2 no-random', '3 no-random', '5 no-random']);
  });

  it('is known in plain JavaScript and CommonJS as well', () => {
    const code = `const { defineWorkflow } = require('durableflow');
const { randomUUID } = require('node:crypto');
module.exports = defineWorkflow(class { async run() { return randomUUID(); } }, { name: 'a', methods: {} });`;
    expect(lint(code, { files: ['**/*.cjs'], languageOptions: { sourceType: 'commonjs' } })).toEqual([
      "3 no-random: crypto.randomUUID in run() gives another value on every replay. Use uuid() from 'durableflow'.",
    ]);
  });
});

describe('what is replayed', () => {
  it('is run() with the undecorated methods and functions that it reaches, and never a decorated body', () => {
    const code = `import { approval, step, workflow } from 'durableflow';
const started = Date.now();
const helper = () => Math.random();
function unused() { return Math.random(); }
@workflow({ name: 'a' })
class A {
  started = Date.now();
  constructor() { this.started = Date.now(); }
  async run() { await this.one(); return this.plain() + this.today + helper() + started; }
  plain() { return this.#hidden(); }
  #hidden() { return Math.random(); }
  get today() { return Date.now(); }
  uncalled() { return Date.now(); }
  @step() async one() { return this.ofStep(await fetch('x')); }
  @approval() async two() { return new Date(); }
  ofStep(response: Response) { return [response.status, Date.now()]; }
}`;
    expect(linesOf(code)).toEqual([3, 11, 12]);
  });

  it('includes what a class inherits in the same file', () => {
    const code = `import { step, workflow } from 'durableflow';
class Base {
  async run() { return this.plain(); }
  plain() { return Math.random(); }
  @step() async one() { return Math.random(); }
}
@workflow({ name: 'a' })
class A extends Base {
  override plain() { this.one(); return super.plain(); }
}`;
    expect(lint(code).map((it) => it.slice(0, 13))).toEqual(['4 no-random: ', '9 no-floating']);
  });

  it('ends, where functions call one another and names go in circles', () => {
    const code = `import { workflow } from 'durableflow';
const a = b.c, b = a.c;
function even(n: number): boolean { return n === 0 || odd(n - 1); }
function odd(n: number): boolean { return n !== 0 && even(n - 1); }
@workflow({ name: 'a' }) class A { async run() { a(); return even(Math.random()); } }`;
    expect(linesOf(code)).toEqual([5]);
  });
});
