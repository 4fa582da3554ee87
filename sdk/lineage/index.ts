export {
  auditOf,
  type Audit,
  type AuditApproval,
  type AuditArgument,
  type AuditArtifact,
  type AuditDecision,
  type AuditEffect,
  type AuditModelCall,
  type AuditSource,
  type AuditStep,
  type AuditTotals,
  type AuditUse,
} from './audit.js';
export { auditHtml } from './audit-html.js';
export { genAiSpans, type GenAiSpan } from './gen-ai-spans.js';
export { lineagePicture, lineageStyle } from './lineage-picture.js';
export {
  openLineageEvents,
  type OpenLineageDataset,
  type OpenLineageEvent,
  type OpenLineageFacet,
  type OpenLineageOptions,
} from './open-lineage.js';
