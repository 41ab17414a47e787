/** The API key of the command line on the server host: may do everything, and is kept in a file of the data folder. */

import { join } from 'node:path';
import { KEY_ENDS_SOON_DAYS } from '@sower/api/checks';
import { SUPER_ADMIN_PERMISSIONS } from '@sower/api/permissions';
import { DAY } from '@sower/api/time';
import type { ServerContext } from '../context.ts';
import { makeApiKey } from '../directory/api-keys.ts';
import { writePrivate } from '../keys/seal/private-file.ts';
import { newId } from '../store/db/ids.ts';
import { insertApiKey, listStoredApiKeys } from '../store/directory/administrators.ts';
import { TOP_DOMAIN } from '../store/directory/domains.ts';
import type { Connection, Row } from '../store/schema/schema.ts';

/** It may do everything, so it expires: a copy found in an old backup is worth nothing. */
export const COMMAND_LINE_KEY_DAYS = 30;

const API_KEY_FILE = 'admin-api-key';

/** Inside the transaction: a key that could not be written to the file would be useless to everyone. */
export async function addCommandLineKey(
  trx: Connection,
  context: Pick<ServerContext, 'sealing' | 'now' | 'random'> & { readonly dataFolder: string },
  createdBy: string,
): Promise<{ readonly row: Row<'api_keys'>; readonly file: string }> {
  const apiKey = makeApiKey(context.random);
  const row = await insertApiKey(trx, context, {
    id: newId(context),
    name: 'command line',
    key_hash: context.sealing.keyedHash('api-key', apiKey),
    permissions: JSON.stringify(SUPER_ADMIN_PERMISSIONS),
    domain: TOP_DOMAIN.path,
    created_at: context.now(),
    created_by: createdBy,
    expires_at: context.now() + COMMAND_LINE_KEY_DAYS * DAY,
    owner_id: null,
    owner_name: null,
  });
  const file = join(context.dataFolder, API_KEY_FILE);
  await writePrivate(file, `${apiKey}\n`);
  return { row, file };
}

/** From the first start and from `sower api-key recover`. */
export const COMMAND_LINE_MAKERS: readonly string[] = ['system:first-start', 'system:recover-key'];

/** @returns for each that expires soon, the days until then; 0 if it has expired */
async function endingSoon(context: Pick<ServerContext, 'db' | 'now'>): Promise<readonly number[]> {
  const now = context.now();
  return (await listStoredApiKeys(context.db))
    .filter(({ created_by }) => COMMAND_LINE_MAKERS.includes(created_by))
    .flatMap(({ expires_at }) => expires_at ?? [])
    .filter((end) => end < now + KEY_ENDS_SOON_DAYS * DAY)
    .map((end) => Math.max(0, Math.ceil((end - now) / DAY)));
}

/** Logs that a key of the command line is about to expire. */
export async function warnOfEnd(
  context: Pick<ServerContext, 'db' | 'now'>,
  warn: (days: number) => void,
): Promise<void> {
  for (const days of await endingSoon(context)) warn(days);
}
