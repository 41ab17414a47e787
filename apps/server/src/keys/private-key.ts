/** Private keys as they are stored and handed on: PKCS#8 (RFC 5958) in DER or PEM, and sealed. */

import { createPrivateKey, type KeyObject } from 'node:crypto';
import type { Sealing } from './seal/sealing.ts';

/** @throws if it is not PKCS#8 in DER */
export const readPkcs8 = (der: Uint8Array): KeyObject =>
  createPrivateKey({
    key: Buffer.from(der.buffer, der.byteOffset, der.length),
    format: 'der',
    type: 'pkcs8',
  });

export const pkcs8Of = (key: KeyObject): Buffer => key.export({ format: 'der', type: 'pkcs8' });
export const pemOfPrivateKey = (key: KeyObject): string =>
  key.export({ format: 'pem', type: 'pkcs8' }) as string;

type Aad = Parameters<Sealing['seal']>[0];

export const sealPrivateKey = (sealing: Sealing, aad: Aad, key: KeyObject): string =>
  sealing.seal(aad, pkcs8Of(key));

export const openPrivateKey = (sealing: Sealing, aad: Aad, sealed: string): KeyObject =>
  readPkcs8(sealing.open(aad, sealed));
