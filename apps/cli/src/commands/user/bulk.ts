/** `sower user bulk`: one action on every user of a search. The server keeps nothing of it: interrupted, it stays where it was. */
import { USER_BULK_ACTIONS, type UserBulkAction, type UserBulkResult } from '@sower/api/user-bulk';
import type { Command } from 'commander';
import { addServerCommand, type Frame } from '../../command.ts';
import { yesOption } from '../../options.ts';
import { fail } from '../../outcome.ts';
import { table } from '../../terminal/output.ts';
import { withProgress } from '../../terminal/progress.ts';
import { confirmByName } from '../../terminal/prompt.ts';
import { t } from '../../texts.ts';
import { type UserSearch, userSearchOf, userSearchOptions } from './search.ts';

type BulkOptions = UserSearch & { yes?: boolean; toDomain?: string };

export function addUserBulkCommand(frame: Frame, user: Command): void {
  addServerCommand<BulkOptions>(
    frame,
    user,
    'bulk <action>',
    t('user.bulk.summary'),
    (command) => {
      command.registeredArguments[0]?.choices([...USER_BULK_ACTIONS]);
      return yesOption(userSearchOptions(command).option('--to-domain <domain>', t('user.bulk.toDomain')));
    },
    async ({ api, args, options, terminal }) => {
      const action = args[0] as UserBulkAction;
      const search = userSearchOf(options);
      const { count, asOf } = await api('countUsers', { query: search });
      if (count === 0)
        return { ok: true, json: { count: 0, done: 0, failures: [] }, text: t('user.bulk.none') };
      const stop = await confirmByName(terminal, {
        name: String(count),
        consequence: t(`user.bulk.confirm.${action}`, { count }),
        yes: options.yes,
      });
      if (stop !== undefined) return stop;
      let done = 0;
      const failures: UserBulkResult['failures'] = [];
      const message = t('token.bulk.progress', { done: 0, total: count });
      await withProgress(terminal, { message, total: count }, async (progress) => {
        for (let after: string | undefined, more = true; more; ) {
          const batch = await api('doToUsers', {
            body: {
              action,
              choose: { search, asOf },
              ...(after === undefined ? {} : { after }),
              ...(options.toDomain === undefined ? {} : { securityDomain: options.toDomain }),
            },
          });
          done += batch.done;
          failures.push(...batch.failures);
          const reached = done + failures.length;
          progress.report(t('token.bulk.progress', { done: reached, total: count }), reached);
          after = batch.after;
          more = after !== undefined;
        }
      });
      const json = { count, done, failures };
      if (failures.length > 0) {
        const list = table(
          [
            { title: 'field.userId', value: (failure) => failure.userId },
            { title: 'field.why', value: (failure) => failure.detail },
          ],
          failures,
        );
        const failed = t('token.bulk.failed', { done, failed: failures.length });
        return fail('refused', 'some-failed', `${failed}\n${list}`, { details: json });
      }
      return { ok: true, json, text: t('user.bulk.done', { count: done }) };
    },
  );
}
