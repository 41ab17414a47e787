/** Mail at set times: an activation code, a token or the access of a user is about to end. One mail for each. */

import { DAY, dayOf, HOUR } from '@sower/api/time';
import type { ServerContext } from '../../context.ts';
import { inTransaction } from '../../store/db/transaction.ts';
import {
  listEndingAccess,
  listExpiringCodes,
  listExpiringTokens,
  reminderKey,
} from '../../store/tokens/expiring.ts';
import { readSnapshot } from './snapshot.ts';

type Context = Pick<ServerContext, 'db' | 'mailSettings' | 'queueMail' | 'now'>;

const BATCH = 200;

/** @returns how many were queued; less than a batch means that there are no more */
export async function queueReminders(context: Context): Promise<number> {
  const { settings } = await context.mailSettings.current(context.db);
  if (!settings.enabled) return 0;
  const now = context.now();
  return inTransaction(context.db, async (trx) => {
    const codes = await listExpiringCodes(trx, now, now + settings.codeExpiringHours * HOUR, BATCH);
    const tokens = await listExpiringTokens(trx, now, dayOf(now + settings.tokenExpiringDays * DAY), BATCH);
    const users =
      settings.accessEndingDays === 0
        ? []
        : await listEndingAccess(trx, now, [now + DAY, now + settings.accessEndingDays * DAY], BATCH);
    await context.queueMail(
      trx,
      ...codes.map((row) => {
        const snapshot = readSnapshot(row.snapshot);
        return {
          event: 'code-expiring' as const,
          userRow: row.user_id,
          deviceType: row.device_type,
          values: {
            serial: row.serial,
            nickname: row.nickname,
            expires: row.expires_at,
            profile: snapshot.profile,
            deviceType: snapshot.deviceType.name,
          },
          onceKey: reminderKey('code-expiring', row.id, row.expires_at),
          bulk: true as const,
          sendBefore: row.expires_at,
        };
      }),
      ...tokens.map((row) => ({
        event: 'token-expiring' as const,
        userRow: row.user_id,
        values: { serial: row.serial, expires: { date: row.expires_on } },
        onceKey: reminderKey('token-expiring', row.id, row.expires_on),
        bulk: true as const,
      })),
      ...users.map(({ id, leaves_at }) => ({
        event: 'access-ending' as const,
        userRow: id,
        values: { expires: leaves_at },
        onceKey: reminderKey('access-ending', id, leaves_at),
        bulk: true as const,
        sendBefore: leaves_at,
      })),
    );
    return codes.length + tokens.length + users.length;
  });
}

const ROUNDS_AT_ONCE = 50;

export async function queueAllReminders(context: Context): Promise<void> {
  for (let count = 0; count < ROUNDS_AT_ONCE && (await queueReminders(context)) >= BATCH; count += 1);
}
