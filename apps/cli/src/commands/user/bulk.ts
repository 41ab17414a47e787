/** `sower user bulk`: one action on many users, named or searched for. The server does it; anyone who watches may leave. */
import { USER_BULK_ACTIONS, type UserBulkAction } from '@sower/api/user-bulk';
import type { Command } from 'commander';
import { addServerCommand, type Frame } from '../../command.ts';
import { yesOption } from '../../options.ts';
import { fail } from '../../outcome.ts';
import { t } from '../../texts.ts';
import { doToMany } from '../job/many.ts';
import { type UserSearch, userSearchOf, userSearchOptions } from './search.ts';

type BulkOptions = UserSearch & { yes?: boolean; toDomain?: string };

export function addUserBulkCommand(frame: Frame, user: Command): void {
  addServerCommand<BulkOptions>(
    frame,
    user,
    'bulk <action> [userid...]',
    t('user.bulk.summary'),
    (command) => {
      command.registeredArguments[0]?.choices([...USER_BULK_ACTIONS]);
      return yesOption(userSearchOptions(command).option('--to-domain <domain>', t('user.bulk.toDomain')));
    },
    async (call) => {
      const { api, options, args } = call;
      const [first, ...userIds] = args;
      const action = first as UserBulkAction;
      const search = userSearchOf(options);
      if (userIds.length > 0 && Object.keys(search).length > 0)
        return fail('usage', 'choose-one', t('user.bulk.chooseOne'));
      const counted =
        userIds.length > 0 ? { count: new Set(userIds).size } : await api('countUsers', { query: search });
      const { count } = counted;
      return doToMany(call, {
        count,
        consequence: t(`user.bulk.confirm.${action}`, { count }),
        none: t('user.bulk.none'),
        done: (number) => t('user.bulk.done', { count: number }),
        subject: 'userId',
        start: () =>
          api('doToUsers', {
            body: {
              action,
              choose: 'asOf' in counted ? { search, asOf: counted.asOf } : { userIds },
              ...(options.toDomain === undefined ? {} : { securityDomain: options.toDomain }),
            },
          }),
      });
    },
  );
}
