/** Which columns hold sealed values, and what each value is bound to: its column and the key of its row. */

import type { KeyedHash } from '../../store/schema/brands.ts';
import type { Row, Schema } from '../../store/schema/schema.ts';

type Value = string | number;
type ColumnOf<T extends keyof Schema> = keyof Schema[T] & string;
type KeyOf<T extends keyof Schema> = T extends 'job_rows'
  ? [jobId: string, position: number]
  : [key: 'id' extends keyof Row<T> ? Row<T>['id'] : KeyedHash];

const bound = (column: string, key: readonly Value[]): string => `${column}:${key.join(':')}`;

/** The associated data (AAD, RFC 5116) of a value in this column of the row with this key: moved elsewhere, it does not open. */
export const aadOf = <T extends keyof Schema>(column: `${T}.${ColumnOf<T>}`, ...key: KeyOf<T>): string =>
  bound(column, key);

const sealedIn = <T extends keyof Schema>(
  table: T,
  column: ColumnOf<T>,
  key: readonly ColumnOf<T>[] = ['id' as ColumnOf<T>],
) => ({
  table,
  column,
  key,
  /** @param values of the columns of the key, in their order */
  aad: (...values: readonly Value[]): string => bound(`${table}.${column}`, values),
});

/** Every sealed value of a database, except what lives for minutes only, such as attempts: that is in no backup. */
export const SEALED = [
  sealedIn('seeds', 'sealed'),
  sealedIn('tokens', 'pin'),
  sealedIn('server_keys', 'private_key'),
  sealedIn('transfer_keys', 'private_key'),
  sealedIn('tls_certificates', 'private_key'),
  sealedIn('acme', 'account_key'),
  sealedIn('acme', 'binding_key'),
  sealedIn('mail', 'message'),
  sealedIn('mail_settings', 'password'),
  sealedIn('mail_settings', 'signing'),
  sealedIn('agent_credentials', 'access_key'),
  sealedIn('radius_clients', 'secret'),
  sealedIn('coexistences', 'secret'),
  sealedIn('identity_sources', 'password'),
  sealedIn('distributions', 'reply'),
  sealedIn('job_rows', 'sealed', ['job_id', 'position']),
];
