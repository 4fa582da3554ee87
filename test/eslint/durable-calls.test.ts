import { describe, expect, it } from 'vitest';
import { inRun, lint, rulesAgainst } from './lint.js';

describe('no-floating-calls', () => {
  it.each([
    'this.fetchOne(input[0]!);',
    'void this.fetchOne(input[0]!);',
    'this.fetchOne(input[0]!).then((it) => it);',
    'this.fetchOne(input[0]!).catch(() => {});',
    'input.length > 0 && this.send(input[0]!);',
    'input.length > 0 ? this.send(input[0]!) : undefined;',
    'const unread = this.fetchOne(input[0]!);',
    "sleep('1s');",
    'this.both(input[0]!);',
    'input.forEach((id) => this.fetchOne(id));',
    'input.forEach(async (id) => { await this.fetchOne(id); });',
  ])('complains of %s', (statement) => {
    expect(rulesAgainst(statement)).toEqual(['no-floating-calls']);
  });

  it.each([
    'await this.fetchOne(input[0]!);',
    'return this.fetchOne(input[0]!).then((it) => it, () => 0);',
    'await Promise.all(input.map((id) => this.fetchOne(id)));',
    'const calls = []; for (const id of input) calls.push(this.fetchOne(id)); await Promise.all(calls);',
    'const first = this.fetchOne(input[0]!); await first;',
    "return Promise.race([this.fetchOne(input[0]!), sleep('1s')]);",
    'return input.length > 0 ? await this.send(input[0]!) : this.both(input[0]!);',
    'now(); random(); uuid();',
    'input.forEach((id) => console.log(id));',
  ])('does not complain of %s', (statement) => {
    expect(rulesAgainst(statement)).toEqual([]);
  });

  it('says what to do', () => {
    expect(lint(inRun('this.send(input[0]!);\ninput.forEach((id) => this.fetchOne(id));'))).toEqual([
      '6 no-floating-calls: Nobody waits for this.send(), so the run may end before it. Await it, return it, or collect it for Promise.all.',
      '7 no-floating-calls: forEach does not wait for this.fetchOne(), so the run may end before it. Use for…of with await, or Promise.all over map.',
    ]);
  });
});

describe('no-nested-calls', () => {
  const code = `import { now, sideEffect, sleep, step, workflow } from 'durableflow';
class Base { @step() async one() { return 1; } @step() async two() { return 2; } }
@workflow({ name: 'agent' })
class Agent extends Base {
  async run() { return [await this.one(), await this.three()]; }
  @step() override async one() { return (await super.one()) + (await this.plain()); }
  @step() override async two() { return (await super.one()) + 1; }
  @step() async three() { return this.one(); }
  @sideEffect({ idempotencyKey: () => 'k' }) async four() { await sleep('1s'); return now(); }
  async plain() { return this.three(); }
}`;

  it('complains of durable calls in durable bodies, and in what these call; an override may call what it overrides', () => {
    expect(lint(code)).toEqual([
      '7 no-nested-calls: super.one() in the body of two() is refused at run time. Call it from run(), or take the decorator off if it is only a part of two().',
      '8 no-nested-calls: this.one() in the body of three() is refused at run time. Call it from run(), or take the decorator off if it is only a part of three().',
      '9 no-nested-calls: sleep() in the body of four() is refused at run time. Call it from run(), or take the decorator off if it is only a part of four().',
      '9 no-nested-calls: now() in the body of four() is refused at run time. Call it from run(), or take the decorator off if it is only a part of four().',
      '10 no-nested-calls: this.three() in the body of one() is refused at run time. Call it from run(), or take the decorator off if it is only a part of one().',
    ]);
  });
});

describe('no-shared-state', () => {
  const before = 'let count = 0; const seen = new Map<string, number>(); const list: string[] = []; const config = { on: true };';

  it.each(['count++;', 'count += 1;', 'seen.set(input[0]!, 1);', 'list.push(input[0]!);', 'config.on = false;', 'delete config.on;'])(
    'complains of %s',
    (statement) => {
      expect(rulesAgainst(statement, before)).toEqual(['no-shared-state']);
    },
  );

  it.each(['return seen.get(input[0]!);', 'let own = count; own++;', 'const own = [...list]; own.push("x");', 'this.field = 1;'])(
    'does not complain of %s',
    (statement) => {
      expect(rulesAgainst(statement, before)).toEqual([]);
    },
  );
});
