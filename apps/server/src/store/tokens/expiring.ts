/** What is about to expire and has not been announced. Users without an address are left out: they would be found again and again. */

import { dayOf } from '@sower/api/time';
import { type RawBuilder, sql } from 'kysely';
import { FOR_EACH_ROW } from '../db/database-kind.ts';
import type { TokenKey, UserRow } from '../schema/brands.ts';
import type { Connection, Row } from '../schema/schema.ts';
import { oldestValidDay, takesCode } from './tokens.ts';

/**
 * The reminders: what each is about, and when that ends. Each is sent once, by the key of its mail; one that has the end in its key is sent
 * again when the end has been moved.
 */
const REMINDERS = {
  'token-expiring': { table: 'tokens', end: 'expires_on', inKey: true, endsFrom: dayOf },
  'loan-ending': { table: 'tokens', end: 'lent_until', inKey: true, endsFrom: oldestValidDay },
  'code-expiring': { table: 'distributions', end: 'expires_at', inKey: false, endsFrom: (now) => now + 1 },
  'access-ending': { table: 'users', end: 'leaves_at', inKey: true, endsFrom: (now) => now + 1 },
} as const satisfies Record<
  string,
  {
    readonly table: string;
    readonly end: string;
    readonly inKey: boolean;
    /** The least end of what is not over. */
    readonly endsFrom: (now: number) => string | number;
  }
>;
type Reminder = keyof typeof REMINDERS;
const ID_LENGTH = 36;

/** Whose end is announced, however far away it is. */
const ENDING = {
  // Users who scan a QR code get a new one anyway.
  'code-expiring': (now) => sql`distributions d join tokens t on t.id = d.token_id and t.user_id = d.user_id
      join users u on u.id = d.user_id and u.enabled = 1 and u.email <> ''
    where d.state in ('issued', 'opened') and d.delivery = 'url' and ${takesCode('t', oldestValidDay(now))}`,
  'token-expiring': () => sql`tokens t join users u on u.id = t.user_id and u.enabled = 1 and u.email <> ''
    where t.enabled = 1 and t.lost = 0 and exists (select 1 from seeds s where s.token_id = t.id)`,
  'loan-ending': () => sql`tokens t join users u on u.id = t.user_id and u.enabled = 1 and u.email <> ''
    where t.lent_until is not null`,
  'access-ending': () => sql`users u
    where u.leaves_at is not null and u.left_at is null and u.enabled = 1 and u.email <> ''`,
} as const satisfies Record<Reminder, (now: number) => RawBuilder<unknown>>;
const ALIAS = { distributions: 'd', tokens: 't', users: 'u' } as const;

const isReminder = (event: string): event is Reminder => Object.hasOwn(REMINDERS, event);

/** A reminder of an end that was moved or taken back, or of something that is the user's no longer. */
export async function remindsInVain(
  db: Connection,
  { event, once_key: key, user_id: userRow }: Pick<Row<'mail'>, 'event' | 'once_key' | 'user_id'>,
  now: number,
): Promise<boolean> {
  if (!isReminder(event) || key === null || userRow === null) return false;
  const alias = ALIAS[REMINDERS[event].table];
  const { rows } = await sql`
    select 1 from ${ENDING[event](now)} and u.id = ${userRow}
      and ${sql.ref(`${alias}.id`)} = ${key.slice(event.length + 1, event.length + 1 + ID_LENGTH)}
      and ${keyOf(event, alias)} = ${key}`.execute(db);
  return rows.length === 0;
}

export const reminderKey = (reminder: Reminder, id: string, end: string | number): string =>
  REMINDERS[reminder].inKey ? `${reminder}:${id}:${end}` : `${reminder}:${id}`;

/** The same in a statement. @param alias of the table */
function keyOf(reminder: Reminder, alias: string): RawBuilder<string> {
  const { end, inKey } = REMINDERS[reminder];
  const key = sql<string>`${sql.lit(`${reminder}:`)} || ${sql.ref(`${alias}.id`)}`;
  return inKey ? sql`${key} || ':' || ${sql.ref(`${alias}.${end}`)}` : key;
}

const isAhead = (reminder: Reminder, alias: string, now: number): RawBuilder<boolean> =>
  sql`${sql.ref(`${alias}.${REMINDERS[reminder].end}`)} >= ${REMINDERS[reminder].endsFrom(now)}`;

/** Still to come, and not announced. */
const isUnannounced = (reminder: Reminder, alias: string, now: number): RawBuilder<boolean> =>
  sql`${isAhead(reminder, alias, now)} and not exists (select 1 from mail m where m.once_key = ${keyOf(reminder, alias)})`;

/** Whether a mail, `o`, was a reminder of something that is still ahead: without its row, it would be sent again. */
export const stillReminds = (now: number): RawBuilder<boolean> =>
  sql`(${sql.join(
    (Object.keys(REMINDERS) as Reminder[]).map(
      (reminder) =>
        sql`exists (select 1 from ${sql.table(REMINDERS[reminder].table)} as about
          where about.id = substr(o.once_key, ${sql.lit(reminder.length + 2)}, ${sql.lit(ID_LENGTH)})
            and o.once_key = ${keyOf(reminder, 'about')} and ${isAhead(reminder, 'about', now)} ${FOR_EACH_ROW})`,
    ),
    sql` or `,
  )})`;

/** Tokens that are lent: whose last day has passed, and whose is near. Along the index of those that are lent. */
export type LentToken = {
  readonly id: TokenKey;
  readonly serial: string;
  readonly user_id: UserRow;
  readonly lent_until: string;
};

/** Lent until a day before this one. */
export async function listEndedLoans(
  db: Connection,
  before: string,
  limit: number,
  after: Pick<LentToken, 'lent_until' | 'serial'> = { lent_until: '', serial: '' },
): Promise<LentToken[]> {
  const { rows } = await sql<LentToken>`
    select id, serial, user_id, lent_until from tokens
    where lent_until is not null and lent_until < ${before} and user_id is not null
      and (lent_until, serial) > (${after.lent_until}, ${after.serial})
    order by lent_until, serial limit ${limit}`.execute(db);
  return rows;
}

/** Not announced yet. Users without an address are left out: they would be found again and again. */
export async function listEndingLoans(db: Connection, now: number, until: string, limit: number) {
  const { rows } = await sql<LentToken>`
    select t.id, t.serial, t.user_id, t.lent_until
    from ${ENDING['loan-ending']()} and t.lent_until <= ${until} and ${isUnannounced('loan-ending', 't', now)}
    order by t.lent_until, t.serial limit ${limit}`.execute(db);
  return rows;
}

type ExpiringCode = {
  readonly id: string;
  readonly user_id: UserRow;
  readonly device_type: string;
  readonly snapshot: string;
  readonly nickname: string;
  readonly expires_at: number;
  readonly serial: string;
};

/** Live codes of URL deliveries. Not in the first half of a code's life, however short it is. */
export async function listExpiringCodes(db: Connection, now: number, until: number, limit: number) {
  const { rows } = await sql<ExpiringCode>`
    select d.id, d.user_id, d.device_type, d.snapshot, d.nickname, d.expires_at, t.serial
    from ${ENDING['code-expiring'](now)}
      and d.expires_at <= ${until} and (d.expires_at - ${now}) * 2 <= d.expires_at - d.created_at
      and ${isUnannounced('code-expiring', 'd', now)}
    order by d.id limit ${limit}`.execute(db);
  return rows;
}

type ExpiringToken = {
  readonly id: TokenKey;
  readonly user_id: UserRow;
  readonly serial: string;
  readonly expires_on: string;
};

export async function listExpiringTokens(db: Connection, now: number, until: string, limit: number) {
  const { rows } = await sql<ExpiringToken>`
    select t.id, t.user_id, t.serial, t.expires_on
    from ${ENDING['token-expiring']()} and t.expires_on <= ${until}
      and ${isUnannounced('token-expiring', 't', now)}
    order by t.expires_on, t.serial limit ${limit}`.execute(db);
  return rows;
}

/** @param within later than the first: a date at short notice is not for a mail to announce */
export async function listEndingAccess(
  db: Connection,
  now: number,
  [after, until]: readonly [number, number],
  limit: number,
): Promise<{ readonly id: UserRow; readonly leaves_at: number }[]> {
  const { rows } = await sql<{ id: UserRow; leaves_at: number }>`
    select u.id, u.leaves_at from ${ENDING['access-ending']()}
      and u.leaves_at > ${after} and u.leaves_at <= ${until} and ${isUnannounced('access-ending', 'u', now)}
    order by u.leaves_at, u.id limit ${limit}`.execute(db);
  return rows;
}
