/** The key for signing mail, and its certificates, from a PKCS#12 file. */

import { createPrivateKey, createPublicKey, X509Certificate } from 'node:crypto';
import { type Text, text } from '@sower/texts/outcomes';
import { findingText } from './certificate-findings.ts';
import { Unreadable } from './password-based.ts';
import { readPkcs12 } from './pkcs12.ts';
import { importSigningKey, type SigningIdentity } from './smime.ts';

export type ReadIdentity =
  | { readonly ok: true; readonly identity: SigningIdentity }
  | { readonly ok: false; readonly reason: Text };

const SPKI = { format: 'der', type: 'spki' } as const;

export async function readSigningIdentity(file: Uint8Array, password: string): Promise<ReadIdentity> {
  let keys: Uint8Array[];
  let certificates: X509Certificate[];
  try {
    const contents = await readPkcs12(file, password);
    keys = contents.keys;
    certificates = contents.certificates.map((octets) => new X509Certificate(octets));
  } catch (error) {
    if (error instanceof Unreadable) return { ok: false, reason: findingText(error.finding) };
    return { ok: false, reason: text('signing.unreadable-certificate') };
  }
  const [privateKey, second] = keys;
  if (privateKey === undefined || second !== undefined) {
    return { ok: false, reason: text('signing.one-key') };
  }
  try {
    await importSigningKey(privateKey);
  } catch {
    return { ok: false, reason: text('signing.key-type') };
  }
  const own = createPublicKey(
    createPrivateKey({ key: Buffer.from(privateKey), format: 'der', type: 'pkcs8' }),
  ).export(SPKI);
  const leaf = certificates.find((certificate) => certificate.publicKey.export(SPKI).equals(own));
  if (!leaf) return { ok: false, reason: text('signing.no-certificate') };
  const others = certificates.filter((certificate) => certificate !== leaf);
  return { ok: true, identity: { privateKey, chain: [leaf, ...others].map((one) => one.toString()) } };
}
