/** TLS certificates and requests for them; private keys are sealed on the way in and out. */

import { changeRows, findAll, findColumns, findOne, insertRow, setRow, takeRow } from '../db/rows.ts';
import type { KeyedHash } from '../schema/brands.ts';
import type { Connection, NewRow, Row } from '../schema/schema.ts';

export type TlsCertificateRow = Row<'tls_certificates'>;

/** Latest first. */
export const listTlsCertificates = (db: Connection) =>
  findAll(db, 'tls_certificates', 'all', { order: ['id'], descending: true });

export const findTlsCertificate = (db: Connection, id: string) => findOne(db, 'tls_certificates', { id });

/** Every process asks this often, and reads the row itself only when the answer has changed. */
export async function findTlsCertificateInUse(db: Connection): Promise<string | undefined> {
  const [row] = await findColumns(db, 'tls_certificates', ['id'], { in_use: 1 });
  return row?.id;
}

/** Those with this key, a waiting request first. */
export function listTlsCertificatesOfKey(db: Connection, publicKeyHash: KeyedHash) {
  return db
    .selectFrom('tls_certificates')
    .selectAll()
    .where('public_key_hash', '=', publicKeyHash)
    .orderBy(({ eb }) => eb.case().when('chain', 'is', null).then(0).else(1).end())
    .orderBy('id', 'desc')
    .execute();
}

export const insertTlsCertificate = (db: Connection, row: NewRow<'tls_certificates'>) =>
  insertRow(db, 'tls_certificates', row);

/** A request is fulfilled once. */
export const claimTlsRequest = (
  db: Connection,
  id: string,
  answer: { readonly chain: string; readonly subject: string; readonly names: string },
) => setRow(db, 'tls_certificates', { id, chain: ['is', null] }, answer);

/** Puts this one and no other into use; `undefined` puts none into use. In a transaction that has locked the installation row. */
export async function chooseTlsCertificate(db: Connection, id: string | undefined): Promise<boolean> {
  await changeRows(db, 'tls_certificates', { in_use: 1 }, { in_use: 0 });
  if (id === undefined) return true;
  return setRow(
    db,
    'tls_certificates',
    { id, chain: ['is not', null], revoked_at: ['is', null] },
    { in_use: 1 },
  );
}

/** Only one that is not in use can be deleted. */
export const deleteTlsCertificate = (db: Connection, id: string) =>
  takeRow(db, 'tls_certificates', { id, in_use: 0 });

/** Those of ACME beyond the latest ones: each renewal adds another. None that is in use. */
export async function deleteOldAcmeCertificates(db: Connection, kept: number): Promise<void> {
  const latest = db
    .selectFrom('tls_certificates')
    .select('id')
    .where('directory', 'is not', null)
    .orderBy('id', 'desc')
    .limit(kept);
  await db
    .deleteFrom('tls_certificates')
    .where('directory', 'is not', null)
    .where('in_use', '=', 0)
    .where('id', 'not in', latest)
    .execute();
}

/** @returns false if it was meanwhile */
export const markTlsCertificateRevoked = (db: Connection, id: string, at: number) =>
  setRow(db, 'tls_certificates', { id, revoked_at: ['is', null] }, { revoked_at: at });
