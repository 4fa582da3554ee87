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
