export { approval } from './approval.js';
export { compensate } from './compensate.js';
export { contextBudget } from './context-budget.js';
export { defineWorkflow, type DurableMethodOptions, type DurableMethods } from './define-workflow.js';
export type { MethodDecoratorOf } from './method-decorator.js';
export { sideEffect } from './side-effect.js';
export { step } from './step.js';
export { tool } from './tool.js';
export { workflow, type WorkflowOptions } from './workflow.js';
