/**
 * A local page over a flow's file: runs, approvals, doubts, spend, lineage, traces and reports.
 *
 * @packageDocumentation
 */
export { startUi, type RunningUi, type UiOptions } from './server/start-ui.js';
