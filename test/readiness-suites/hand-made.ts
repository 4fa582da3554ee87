import { defineWorkflowFrom } from '../../sdk/definition/workflow-definition.js';
import { Scene } from '../../readiness-suites/scene.js';
import type { ReadinessOptions } from '../../readiness-suites/suite.js';
import type { Observation } from '../../readiness-suites/trial/observation.js';
import { ToolBench } from '../../readiness-suites/world/tool-bench.js';
import type { PromptEntry, ToolEntry } from '../../readiness-suites/world/world-log.js';
import type { WorkflowClass } from '../../sdk/definition/workflow-definition.js';
import { Crm, RefundAgent } from '../fixtures/readiness/refund-agent.js';

/** A call of `crm.customer`, which reads, if nothing else is said. */
export function call(over: Partial<ToolEntry> = {}): ToolEntry {
  const { values = ['c-7'], tool = 'crm.customer' } = over;
  return {
    tool,
    kind: 'read',
    args: values.map((it) => JSON.stringify(it)).join(', '),
    key: undefined,
    applied: false,
    approved: undefined,
    outcome: 'answered',
    life: 1,
    atMs: 0,
    values,
    scope: { kind: 'step', method: 'findCustomer' },
    answer: undefined,
    ...over,
  };
}

/** A refund that has happened. */
export const refund = (customer = 'c-7', cents = 1200): ToolEntry =>
  call({
    tool: 'crm.refund',
    kind: 'effect',
    applied: true,
    values: [customer, cents],
    scope: { kind: 'effect', method: 'refund' },
    answer: { id: 'r-1', cents },
  });

/** A prompt with one message. */
export function prompt(content: string, over: Partial<PromptEntry> = {}): PromptEntry {
  return {
    target: 'primary',
    tokens: content.length,
    outcome: 'answered',
    costUsd: 0.001,
    life: 1,
    atMs: 0,
    text: content,
    request: { messages: [{ role: 'user', content }], maxTokens: 100 },
    stream: false,
    isAnswered: true,
    ...over,
  };
}

/** What was seen of a trial in which all went well. */
export function seen(over: Partial<Observation> = {}): Observation {
  return {
    arm: 'durable',
    end: 'finished',
    lives: [{ exit: 0, durationMs: 10, killedAt: undefined }],
    tools: [],
    prompts: [],
    gates: [],
    fired: ['crm.customer, call 1'],
    durationMs: 10,
    atOnce: 1,
    inOwnProcess: true,
    stderr: '',
    output: '',
    record: undefined,
    ...over,
  };
}

/** A scene of the refund agent, whose fault-free runs were as told. */
export function sceneOf(control: Partial<Observation>, options: Partial<ReadinessOptions<typeof RefundAgent>> = {}): Scene {
  const bench = new ToolBench();
  bench.add(new Crm(), {});
  const suite = {
    agent: RefundAgent as WorkflowClass,
    options: {
      input: { id: 't-1', customer: 'c-7', subject: 'My order 7 arrived broken' },
      agent: () => ({}),
      allowedEffects: ['refund'],
      model: () => 'yes',
      ...options,
    } as unknown as ReadinessOptions<WorkflowClass>,
  };
  const ground = {
    suite,
    root: process.cwd(),
    file: 'refund-agent.ts',
    ordinal: 0,
    loader: { kind: 'tsx', inert: '', globals: [] } as const,
    modelApi: 'openai' as const,
    countTokens: (text: string) => text.length,
    deadlineMs: 5000,
  };
  return new Scene(ground, bench, defineWorkflowFrom(RefundAgent as WorkflowClass), {
    naked: seen({ ...control, arm: 'naked' }),
    durable: seen(control),
  });
}
