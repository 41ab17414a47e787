/** The API key of the command line on the server host: may do everything, and is kept in a file of the data folder. */
import { join } from 'node:path';
import { SUPER_ADMIN_PERMISSIONS } from '@sower/api/permissions';
import type { Floor } from './floor.ts';
import { makeApiKey } from './identity/api-keys.ts';
import { writePrivate } from './keys/private-file.ts';
import { insertApiKey } from './store/administrators.ts';
import { TOP_DOMAIN } from './store/domains.ts';
import { newId } from './store/ids.ts';
import type { Connection, Row } from './store/schema.ts';

const API_KEY_FILE = 'admin-api-key';

/** Inside the transaction: a key that could not be written down would be a key that nobody has. */
export async function addCommandLineKey(
  trx: Connection,
  uses: Pick<Floor, 'sealing' | 'now' | 'random'> & { readonly dataFolder: string },
  createdBy: string,
): Promise<{ readonly row: Row<'api_keys'>; readonly file: string }> {
  const apiKey = makeApiKey(uses.random);
  const row = await insertApiKey(trx, {
    id: newId(uses),
    name: 'command line',
    key_hash: uses.sealing.keyedHash('api-key', apiKey),
    permissions: JSON.stringify(SUPER_ADMIN_PERMISSIONS),
    domain: TOP_DOMAIN.path,
    created_at: uses.now(),
    created_by: createdBy,
    expires_at: null,
  });
  const file = join(uses.dataFolder, API_KEY_FILE);
  await writePrivate(file, `${apiKey}\n`);
  return { row, file };
}
