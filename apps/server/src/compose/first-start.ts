/** What a new data folder and a new database get: master key, server key, an administrator, an API key for the command line. */

import { existsSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { CHAIN_START } from '@sower/api/audit-chain';
import { anchorOf } from '../audit/head.ts';
import type { ServerContext } from '../context.ts';
import { generateServerKey, type KeySize, storeServerKey } from '../keys/rsa/server-keys.ts';
import { writePrivate } from '../keys/seal/private-file.ts';
import type { FirstDataKey } from '../operations/rotation/begin.ts';
import { generateCode } from '../provisioning/distribution/activation-code.ts';
import { newId } from '../store/db/ids.ts';
import { inTransaction } from '../store/db/transaction.ts';
import { insertAdministrator, replaceGrants } from '../store/directory/administrators.ts';
import { insertDomain, TOP_DOMAIN } from '../store/directory/domains.ts';
import { userIdKey } from '../store/directory/users.ts';
import {
  claimInstallation,
  completeInstallation,
  findInstallation,
} from '../store/operations/installation.ts';
import { addCommandLineKey } from './command-line-key.ts';
import { beginMarks, newKeyCheck } from './first-marks.ts';

const TOP_NAME = 'Top domain';
const PASSWORD_FILE = 'first-password';
/** The last known end of the audit chain. */
export const AUDIT_HEAD_FILE = 'audit-head';

/**
 * Creates what a new database needs, once, whichever of several processes comes first: all of it in one transaction, so that of several with
 * different master keys one has everything, and the others have left nothing.
 * @throws if the database belongs to another master key: starting would only create more data that no one can open
 */
export async function firstStart(
  context: Pick<ServerContext, 'db' | 'passwords' | 'sealing' | 'now' | 'random'> & {
    readonly dataFolder: string;
    readonly serverKeyBits: KeySize;
    readonly firstKey: FirstDataKey | undefined;
    /** Reads the data keys of the installation that another process has made. @throws if it has another master key */
    readonly loadKeys: () => Promise<void>;
  },
): Promise<{ administrator?: { userName: string; passwordFile: string } }> {
  const known = await findInstallation(context.db);
  if (known) {
    // It may have come after this process read its keys.
    await context.loadKeys();
    await beginMarks(context, known.key_check);
    return {};
  }
  const pair = await generateServerKey(context.serverKeyBits);
  const password = (generateCode('long', context.random).match(/.{5}/g) ?? []).join('-');
  const passwordHash = await context.passwords.hash(password, undefined);
  const now = context.now();
  const userName = 'admin';
  const passwordFile = join(context.dataFolder, PASSWORD_FILE);
  const claimed = await inTransaction(context.db, async (trx) => {
    // Nothing is sealed before it is certain whose data key counts.
    if (!(await claimInstallation(trx, '', now))) return false;
    await context.firstKey?.insert(trx);
    const auditHead = anchorOf(context, { seq: 0, hash: CHAIN_START, at: now, unmarked: 0 });
    await completeInstallation(trx, newKeyCheck(context.sealing), auditHead);
    await storeServerKey(trx, context.sealing, pair, now);
    await insertDomain(trx, {
      ...TOP_DOMAIN,
      name: TOP_NAME,
      name_key: userIdKey(TOP_NAME),
      parent_id: null,
      created_at: now,
      version: 1,
    });
    const administrator = await insertAdministrator(trx, context, {
      id: newId(context),
      user_name: userName,
      password_hash: passwordHash,
      // It is in a file, in the clear. Letting it expire would gain nothing: the keys are next to it.
      must_change_password: 1,
      password_given_at: null,
      created_at: now,
    });
    await replaceGrants(trx, context, administrator.id, [
      { roleId: 'super-admin', domainId: TOP_DOMAIN.id, path: TOP_DOMAIN.path },
    ]);
    // Inside the transaction: a secret that could not be written to the file would be useless to everyone.
    await writePrivate(passwordFile, `${password}\n`);
    await addCommandLineKey(trx, context, 'system:first-start');
    // From another database that used the folder before.
    const headFile = join(context.dataFolder, AUDIT_HEAD_FILE);
    if (existsSync(headFile)) await rename(headFile, `${headFile}.${now}`);
    return true;
  });
  if (!claimed) {
    await context.loadKeys();
    const other = await findInstallation(context.db);
    if (other) await beginMarks(context, other.key_check);
    return {};
  }
  return { administrator: { userName, passwordFile } };
}
