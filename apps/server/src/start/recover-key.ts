/**
 * `sower api-key recover`: another API key for the command line when `admin-api-key` is lost. It needs no server and no credential other
 * than the master key and the database: whoever has those has everything already.
 */

import { randomBytes } from 'node:crypto';
import { existsSync, statSync } from 'node:fs';
import { type Config, readConfig } from '../config.ts';
import { heldKeys, loadKeys } from '../jobs/rotation/follow.ts';
import { sealing } from '../keys/seal/sealing.ts';
import { openDatabase } from '../store/db/open.ts';
import { inTransaction } from '../store/db/transaction.ts';
import { deleteApiKey, listStoredApiKeys } from '../store/tables/administrators.ts';
import { insertAudit } from '../store/tables/audit.ts';
import { findInstallation, lockInstallation } from '../store/tables/installation.ts';
import { addCommandLineKey, COMMAND_LINE_KEY_DAYS, COMMAND_LINE_MAKERS } from './command-line-key.ts';
import { beginMarks } from './first-marks.ts';
import { masterKeySource } from './master-key.ts';

const USAGE = `Usage: sower api-key recover [--data DIR] [--database URL | --database-file FILE]

Makes another API key for the command line and writes it to admin-api-key in the data folder. It is good for ${COMMAND_LINE_KEY_DAYS} days.
The earlier ones are revoked.
Run it on the server host as the user that the server runs as, with the options and environment of sower serve.`;

const ACTOR = 'system:recover-key';

export async function main(argv: readonly string[]): Promise<void> {
  const result = readConfig(argv, process.env);
  if (result.kind === 'help') {
    console.log(USAGE);
    return;
  }
  if (result.kind === 'mistakes') {
    for (const mistake of result.mistakes) console.error(mistake);
    console.error(USAGE);
    process.exitCode = 2;
    return;
  }
  try {
    const { file, revoked } = await recoverKey(result.config);
    console.log(
      `Another API key is in ${file}, good for ${COMMAND_LINE_KEY_DAYS} days. Earlier keys revoked: ${revoked}.`,
    );
  } catch (error) {
    console.error(`No key was made: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  }
}

async function recoverKey(config: Config): Promise<{ readonly file: string; readonly revoked: number }> {
  const { dataFolder } = config;
  // Creates nothing that is missing: a new master key or database in place of the right one would only mislead.
  if (!existsSync(dataFolder)) throw new Error(`there is no data folder ${dataFolder}`);
  const source = masterKeySource(config);
  if (!source.exists()) throw new Error(`there is no master key in ${dataFolder}, nor in SOWER_MASTER_KEY`);
  if (config.database.kind === 'sqlite' && !existsSync(config.database.file))
    throw new Error(`there is no database ${config.database.file}; give --database as for sower serve`);
  // The server could not read files of another owner, such as root.
  if (process.getuid && process.getuid() !== statSync(dataFolder).uid)
    throw new Error(`run this as the owner of ${dataFolder}, the user that the server runs as`);

  const random = (length: number): Uint8Array => new Uint8Array(randomBytes(length));
  const held = heldKeys(await source.read());
  const seal = sealing(() => held.keys, random);
  const database = await openDatabase(config.database);
  try {
    const context = { db: database.db, sealing: seal, now: () => Date.now(), random, dataFolder };
    const known = await findInstallation(context.db);
    if (!known) throw new Error('no server was ever started on this database');
    await loadKeys(context.db, held);
    await beginMarks(context, known.key_check);
    return await inTransaction(context.db, async (trx) => {
      // If two run at once, the file has the key of the one that commits last.
      await lockInstallation(trx);
      const earlier = (await listStoredApiKeys(trx)).filter((row) =>
        COMMAND_LINE_MAKERS.includes(row.created_by),
      );
      for (const { id } of earlier) await deleteApiKey(trx, id);
      const { row, file } = await addCommandLineKey(trx, context, ACTOR);
      const event = { actor: ACTOR, object: `api-key:${row.name}`, result: 'success' } as const;
      await insertAudit(
        trx,
        context,
        ...earlier.map(({ name }) => ({
          ...event,
          action: 'api-key.delete' as const,
          object: `api-key:${name}`,
        })),
        { ...event, action: 'api-key.recover' },
      );
      return { file, revoked: earlier.length };
    });
  } finally {
    await database.close();
  }
}
