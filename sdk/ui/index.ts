/**
 * A local page over a flow's file: runs, approvals, doubts, spend, lineage, traces and reports.
 *
 * @module durableflow/ui
 */
export { startUi, type RunningUi, type UiOptions } from './server/start-ui.js';
