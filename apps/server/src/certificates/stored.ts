/** A certificate as it is stored: its columns, its sealed key, and how it is shown. */
import { createHash, createPublicKey, type KeyObject, type X509Certificate } from 'node:crypto';
import type { StoredCertificate } from '@sower/api/certificates';
import { isoTime } from '@sower/api/time';
import { z } from 'zod';
import type { ServerContext } from '../context.ts';
import { openPrivateKey, sealPrivateKey } from '../keys/private-key.ts';
import { aadOf } from '../keys/seal/sealed-columns.ts';
import { nameOf } from '../keys/x509/certificate-examination.ts';
import { pemOf, readChain, viewChain } from '../keys/x509/certificate-view.ts';
import { insertTlsCertificate, type TlsCertificateRow } from '../store/keys/tls-certificates.ts';
import type { Connection } from '../store/schema/schema.ts';
import { storedJson } from '../store/schema/stored-json.ts';

type Keys = Pick<ServerContext, 'sealing'>;

const readNames = storedJson('tls_certificates.names', z.array(z.string()));

export function viewStored(row: TlsCertificateRow, now: number): StoredCertificate {
  return {
    id: row.id,
    state: stateOf(row),
    subject: row.subject,
    names: readNames(row.names),
    ...(row.request === null ? {} : { request: row.request }),
    chain: row.chain === null ? [] : viewChain(readChain(row.chain), now),
    createdAt: isoTime(row.created_at),
    createdBy: row.created_by,
    byAcme: row.directory !== null,
  };
}

const stateOf = (row: TlsCertificateRow): StoredCertificate['state'] => {
  if (row.chain === null) return 'request';
  if (row.revoked_at !== null) return 'revoked';
  return row.in_use === 1 ? 'in-use' : 'kept';
};

export function storedFacts(
  chain: readonly X509Certificate[],
): Pick<TlsCertificateRow, 'subject' | 'names'> & { readonly chain: string } {
  const [leaf] = chain as readonly [X509Certificate];
  return {
    chain: pemOf(chain),
    subject: nameOf(leaf.subject ?? ''),
    names: JSON.stringify((leaf.subjectAltName ?? '').split(', ').filter(Boolean)),
  };
}

/** Not yet in use. @param directory where it was ordered, if it was */
export async function storeCertificate(
  db: Connection,
  context: Keys & Pick<ServerContext, 'now'>,
  {
    id,
    chain,
    key,
    createdBy,
    directory,
  }: {
    readonly id: string;
    readonly chain: readonly X509Certificate[];
    readonly key: KeyObject;
    readonly createdBy: string;
    readonly directory?: string;
  },
): Promise<void> {
  await insertTlsCertificate(db, {
    id,
    ...storedFacts(chain),
    request: null,
    private_key: sealKey(context, id, key),
    public_key_hash: publicKeyHash(createPublicKey(key)),
    in_use: 0,
    created_at: context.now(),
    created_by: createdBy,
    directory: directory ?? null,
  });
}

/** Finds the key for a certificate, whichever way it came. */
export function publicKeyHash(key: KeyObject): string {
  return createHash('sha256')
    .update(key.export({ format: 'der', type: 'spki' }))
    .digest('base64url');
}

export function sealKey(context: Keys, id: string, key: KeyObject): string {
  return sealPrivateKey(context.sealing, aadOf('tls_certificates.private_key', id), key);
}

export function openKey(context: Keys, row: TlsCertificateRow): KeyObject {
  return openPrivateKey(context.sealing, aadOf('tls_certificates.private_key', row.id), row.private_key);
}
