import { createHash, timingSafeEqual } from 'node:crypto';

/** The SHA-256 of a secret: of one length, whatever was given, and kept in its place. */
export const secretDigest = (secret: string): Buffer => createHash('sha256').update(secret).digest();

/** Whether the text is the secret of this digest; compared in constant time. */
export const isSecretOf = (digest: Buffer, given: string): boolean => timingSafeEqual(digest, secretDigest(given));
