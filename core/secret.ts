import { createSecretKey, hkdfSync, type KeyObject } from 'node:crypto';
import { settings } from '#core/settings.ts';

/** A key of its own for one purpose, derived from JWT_SECRET (HKDF, RFC 5869). */
export const keyFor = (purpose: string): KeyObject =>
  createSecretKey(Buffer.from(hkdfSync('sha256', settings.jwtSecret, '', `minuet ${purpose}`, 32)));
