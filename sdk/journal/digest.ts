import { hash } from 'node:crypto';

/** The SHA-256 of an encoded value, in base64url (43 characters). */
export function digest(encoded: string): string {
  return hash('sha256', encoded, 'base64url');
}
