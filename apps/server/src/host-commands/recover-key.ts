/**
 * `sower api-key recover`: another API key for the command line when `admin-api-key` is lost. It needs no server and no credential other
 * than the master key and the database: anyone who has those has everything already.
 */
import { text } from '@sower/texts/outcomes';
import {
  addCommandLineKey,
  COMMAND_LINE_KEY_DAYS,
  COMMAND_LINE_MAKERS,
} from '../compose/command-line-key.ts';
import { type Recorded, record } from '../core/record.ts';
import { inTransaction } from '../store/db/transaction.ts';
import { deleteApiKey, listStoredApiKeys } from '../store/directory/administrators.ts';
import { lockInstallation } from '../store/operations/installation.ts';
import { hostCommand, hostContext, type OpenHost, withDatabase } from './host-command.ts';

const ACTOR = 'system:recover-key';

export const main = (argv: readonly string[]): Promise<void> =>
  hostCommand(
    argv,
    {
      own: {},
      usage: text('api-key.usage-recover', { days: COMMAND_LINE_KEY_DAYS }),
      isUsable: ({ positionals }) => positionals.length === 0,
    },
    ({ config }, say) =>
      withDatabase(config, async (open) => {
        const made = await recoverKey(open, config.dataFolder);
        say(made, text('api-key.recovered', { ...made, days: COMMAND_LINE_KEY_DAYS }));
      }),
  );

async function recoverKey(
  open: OpenHost,
  dataFolder: string,
): Promise<{ readonly file: string; readonly revoked: number }> {
  const context = { ...(await hostContext(open)), dataFolder };
  return inTransaction(context.db, async (trx) => {
    // If two run at once, the file has the key of the one that commits last.
    await lockInstallation(trx);
    const earlier = (await listStoredApiKeys(trx)).filter((row) =>
      COMMAND_LINE_MAKERS.includes(row.created_by),
    );
    for (const { id } of earlier) await deleteApiKey(trx, id);
    const { row, file } = await addCommandLineKey(trx, context, ACTOR);
    await record(
      trx,
      context,
      { name: ACTOR, source: undefined },
      ...earlier.map(({ name }): Recorded => ({ action: 'api-key.delete', object: `api-key:${name}` })),
      { action: 'api-key.recover', object: `api-key:${row.name}` },
    );
    return { file, revoked: earlier.length };
  });
}
