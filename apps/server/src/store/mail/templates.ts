/** Edited mail templates, and the recipients of mail. */

import { sql } from 'kysely';
import { fewTexts } from '../db/parameter-rows.ts';
import { findAll, findOne, takeRow } from '../db/rows.ts';
import type { UserRow } from '../schema/brands.ts';
import type { Connection, NewRow, Row } from '../schema/schema.ts';

export const listMailTemplates = (db: Connection, events: readonly string[]) =>
  findAll(
    db,
    'mail_templates',
    { event: ['in', new Set(events)] },
    { order: ['event', 'device_type', 'language'] },
  );

export function saveMailTemplate(db: Connection, row: Omit<NewRow<'mail_templates'>, 'version'>) {
  return db
    .insertInto('mail_templates')
    .values({ ...row, version: 1 })
    .onConflict((conflict) =>
      conflict.columns(['event', 'device_type', 'language']).doUpdateSet((eb) => ({
        subject: row.subject,
        body: row.body,
        version: eb('mail_templates.version', '+', 1),
      })),
    )
    .returningAll()
    .executeTakeFirstOrThrow();
}

/** @returns false if there was none */
export const deleteMailTemplate = (
  db: Connection,
  key: Pick<Row<'mail_templates'>, 'event' | 'device_type' | 'language'>,
) =>
  takeRow(db, 'mail_templates', {
    event: key.event,
    device_type: key.device_type,
    language: key.language,
  });

export type Recipient = {
  readonly id: UserRow | null;
  readonly userId: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly email: string;
  readonly language: string | null;
};

/** Of a query that joins `user_mail`: what is set here precedes what the identity source says. */
export const mailLanguage = sql<string | null>`coalesce(user_mail.language, user_mail.source_language)`;
export const certificateOf = (row: Row<'user_mail'> | undefined): string | null =>
  row?.certificate ?? row?.source_certificate ?? null;

/** By the row ID of the user. */
export async function listRecipients(
  db: Connection,
  userRows: readonly UserRow[],
): Promise<ReadonlyMap<string, Recipient>> {
  if (userRows.length === 0) return new Map();
  const rows = await db
    .selectFrom('users')
    .leftJoin('user_mail', 'user_mail.user_id', 'users.id')
    .select([
      'users.id',
      'users.user_id as userId',
      'users.first_name as firstName',
      'users.last_name as lastName',
      'users.email',
      mailLanguage.as('language'),
    ])
    .where('users.id', 'in', fewTexts(new Set(userRows)))
    .execute();
  return new Map(rows.map((row) => [row.id, row]));
}

export const findUserMail = (db: Connection, userRow: UserRow) =>
  findOne(db, 'user_mail', { user_id: userRow });

export async function saveUserMail(db: Connection, row: NewRow<'user_mail'>): Promise<void> {
  const { language, certificate } = row;
  await db
    .insertInto('user_mail')
    .values(row)
    .onConflict((conflict) => conflict.column('user_id').doUpdateSet({ language, certificate }))
    .execute();
}
