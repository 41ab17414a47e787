/** Every sealed value of a database. A backup is only worth something if its master key opens them. */

import { ACCOUNT_PLACE, BINDING_PLACE } from '../../certificates/acme/settings.ts';
import { accessKeyAssociatedData } from '../../clients/agent-credentials.ts';
import { radiusSecretAssociatedData } from '../../clients/radius-clients.ts';
import { oldSecretAssociatedData } from '../../coexistence/coexistences.ts';
import { sourcePasswordAssociatedData } from '../../directory/sources/settings.ts';
import { codeAssociatedData } from '../../jobs/distribution/distribute.ts';
import { serverKeyAssociatedData } from '../../keys/rsa/server-keys.ts';
import type { Sealing } from '../../keys/seal/sealing.ts';
import { tlsKeyAssociatedData } from '../../keys/x509/served-certificate.ts';
import { messageAssociatedData } from '../../mail/queue.ts';
import { PASSWORD_PLACE } from '../../mail/settings.ts';
import { SIGNING_PLACE } from '../../mail/signing.ts';
import { replyAssociatedData, seedAssociatedData } from '../../provisioning/distribution/activate.ts';
import { pinAssociatedData } from '../../provisioning/tokens/pin-associated-data.ts';
import { transferKeyAssociatedData } from '../../provisioning/tokens/transfer-key.ts';
import type { DatabaseLocation } from '../../store/db/open.ts';
import { openSnapshot } from '../../store/db/snapshot.ts';
import type { Schema } from '../../store/schema/schema.ts';

type ColumnOf<T extends keyof Schema> = keyof Schema[T] & string;
export type Sealed<T extends keyof Schema = keyof Schema, Column = string> = {
  readonly table: T;
  readonly column: Column;
  readonly key: readonly Column[];
  /** @param key the values of its columns, in their order */
  readonly place: (...key: readonly (string | number)[]) => string;
};
/** Refuses a column that the table does not have. */
const sealedIn = <T extends keyof Schema>(sealed: Sealed<T, ColumnOf<T>>): Sealed => sealed;
/** For a key of one text. */
const byId =
  (place: (id: string) => string): Sealed['place'] =>
  (id) =>
    place(String(id));

/** Those of attempts are not in a backup. */
export const SEALED = [
  sealedIn({ table: 'seeds', column: 'sealed', key: ['id'], place: byId(seedAssociatedData) }),
  sealedIn({ table: 'tokens', column: 'pin', key: ['id'], place: byId(pinAssociatedData) }),
  sealedIn({
    table: 'server_keys',
    column: 'private_key',
    key: ['id'],
    place: (id) => serverKeyAssociatedData(Number(id)),
  }),
  sealedIn({
    table: 'transfer_keys',
    column: 'private_key',
    key: ['id'],
    place: (id) => transferKeyAssociatedData(Number(id)),
  }),
  sealedIn({
    table: 'tls_certificates',
    column: 'private_key',
    key: ['id'],
    place: byId(tlsKeyAssociatedData),
  }),
  sealedIn({ table: 'acme', column: 'account_key', key: [], place: () => ACCOUNT_PLACE }),
  sealedIn({ table: 'acme', column: 'binding_key', key: [], place: () => BINDING_PLACE }),
  sealedIn({ table: 'mail', column: 'message', key: ['id'], place: byId(messageAssociatedData) }),
  sealedIn({ table: 'mail_settings', column: 'password', key: [], place: () => PASSWORD_PLACE }),
  sealedIn({ table: 'mail_settings', column: 'signing', key: [], place: () => SIGNING_PLACE }),
  sealedIn({
    table: 'agent_credentials',
    column: 'access_key',
    key: ['id'],
    place: byId(accessKeyAssociatedData),
  }),
  sealedIn({
    table: 'radius_clients',
    column: 'secret',
    key: ['id'],
    place: byId(radiusSecretAssociatedData),
  }),
  sealedIn({ table: 'coexistences', column: 'secret', key: ['id'], place: byId(oldSecretAssociatedData) }),
  sealedIn({
    table: 'identity_sources',
    column: 'password',
    key: ['id'],
    place: byId(sourcePasswordAssociatedData),
  }),
  sealedIn({ table: 'distributions', column: 'reply', key: ['id'], place: byId(replyAssociatedData) }),
  sealedIn({
    table: 'job_rows',
    column: 'sealed',
    key: ['job_id', 'position'],
    place: (job, position) => codeAssociatedData(String(job), Number(position)),
  }),
];

export async function openSeals(
  location: DatabaseLocation,
  sealing: Sealing,
): Promise<{ readonly opened: number; readonly closed: number }> {
  const snapshot = await openSnapshot(location);
  let opened = 0;
  let closed = 0;
  try {
    for (const { table, column, key, place } of SEALED) {
      const columns: readonly string[] = [column, ...key];
      for await (const rows of snapshot.rows({ name: table, columns })) {
        for (const [sealed, ...values] of rows) {
          if (sealed === null) continue;
          try {
            sealing.open(place(...values.map((value) => value ?? '')), String(sealed));
            opened += 1;
          } catch {
            closed += 1;
          }
        }
      }
    }
  } finally {
    await snapshot.close();
  }
  return { opened, closed };
}
