/**
 * What carries a mark made with the master key, and how earlier rows are accepted once as they are.
 *
 * A database of an earlier Sower has rows without marks. They cannot be distinguished from rows that someone wrote outside the server, so
 * accepting them must not be possible twice: the fact is sealed together with the check of the master key, which no one can make without
 * the key. A new database has marks from the beginning.
 */

import { text } from '@sower/texts/outcomes';
import { beginAuditMarks } from '../audit/chain.ts';
import type { ServerContext } from '../context.ts';
import { SYSTEM } from '../core/actor.ts';
import { record } from '../core/record.ts';
import { inTransaction } from '../store/db/transaction.ts';
import { markAllRows } from '../store/keys/marked-rows.ts';
import { findInstallation, lockInstallation, updateKeyCheck } from '../store/operations/installation.ts';
import type { Connection } from '../store/schema/schema.ts';

type Context = Pick<ServerContext, 'db' | 'sealing' | 'now' | 'random'>;

/** Each accepts existing rows, inside the transaction. */
const BEGIN: Readonly<Record<string, (trx: Connection, context: Context) => Promise<void>>> = {
  audit: beginAuditMarks,
  rights: beginRowMarks,
};

/** Administrators, their roles, passkeys and sessions, and API keys. Called only once per database. */
async function beginRowMarks(trx: Connection, context: Context): Promise<void> {
  const count = await markAllRows(trx, context);
  await record(trx, context, SYSTEM, {
    action: 'audit.marks',
    object: 'rights',
    reason: text('event.rights-marked', { rows: count }),
  });
}

const AAD = 'installation.key_check';
const FITS = 'the master key fits';

const sealCheck = (sealing: ServerContext['sealing'], marked: readonly string[]): string =>
  sealing.seal(AAD, Buffer.from([FITS, ...marked].join('\n')));

/** The check of a new database. */
export const newKeyCheck = (sealing: ServerContext['sealing']): string =>
  sealCheck(sealing, Object.keys(BEGIN));

/** @throws if the database belongs to another master key: starting would only create more data that no one can open */
function markedIn(sealing: ServerContext['sealing'], check: string): readonly string[] {
  let text: string;
  try {
    text = Buffer.from(sealing.open(AAD, check)).toString();
  } catch {
    throw new Error(
      'this database belongs to another master key. Use the one it was created with (master.key or SOWER_MASTER_KEY).',
    );
  }
  return text.split('\n').slice(1);
}

/**
 * Checks the master key, and begins the marks that the database does not have yet.
 * @returns what was begun just now
 */
export async function beginMarks(context: Context, keyCheck: string): Promise<readonly string[]> {
  const lacking = (check: string): string[] => {
    const marked = markedIn(context.sealing, check);
    return Object.keys(BEGIN).filter((name) => !marked.includes(name));
  };
  if (lacking(keyCheck).length === 0) return [];
  return inTransaction(context.db, async (trx) => {
    await lockInstallation(trx);
    // Another process may have been first.
    const check = (await findInstallation(trx))?.key_check ?? keyCheck;
    const names = lacking(check);
    for (const name of names) await BEGIN[name]?.(trx, context);
    if (names.length > 0)
      await updateKeyCheck(trx, sealCheck(context.sealing, [...markedIn(context.sealing, check), ...names]));
    return names;
  });
}
