/** What a waiting mail is about, by its key; and whether there still is a point in sending it. */

import { deleteRows, findOne } from '../db/rows.ts';
import type { Connection, Row } from '../schema/schema.ts';
import { remindsInVain } from '../tokens/expiring.ts';

const ABOUT_DISTRIBUTION = ['token-ready', 'delivery-link', 'delivery-code', 'delivery-encrypted'] as const;
export type AboutDistribution = (typeof ABOUT_DISTRIBUTION)[number];
const ID_LENGTH = 36;

/** @param reminder what says it again, once */
export const distributionKey = (event: AboutDistribution, id: string, reminder?: string): string =>
  [event, id, ...(reminder === undefined ? [] : [reminder])].join(':');

/** Of a distribution that was withdrawn, or of a token that was deleted. */
async function isOfWithdrawn(db: Connection, { event, once_key: key }: Row<'mail'>): Promise<boolean> {
  if (key === null || !ABOUT_DISTRIBUTION.some((name) => name === event)) return false;
  const id = key.slice(event.length + 1, event.length + 1 + ID_LENGTH);
  const found = await findOne(db, 'distributions', { id });
  return found === undefined || found.state === 'withdrawn';
}

/** Whether the subject of a mail that was not sent was taken back. */
export const isWithdrawn = async (db: Connection, mail: Row<'mail'>, now: number): Promise<boolean> =>
  (await isOfWithdrawn(db, mail)) || remindsInVain(db, mail, now);

/** Removes a mail whose subject was taken back before it was sent. @returns whether it did */
export async function withdrawMail(db: Connection, mail: Row<'mail'>, now: number): Promise<boolean> {
  if (!(await isWithdrawn(db, mail, now))) return false;
  await deleteRows(db, 'mail', { id: mail.id, lease: mail.lease });
  return true;
}
