/** `sower token bulk`: one action on many tokens, named or searched for. The server does it; anyone who watches may leave. */
import { BULK_ACTIONS, type BulkAction } from '@sower/api/bulk';
import type { Command } from 'commander';
import { addServerCommand, type Frame } from '../../command.ts';
import { serialNumber, yesOption } from '../../options.ts';
import { fail } from '../../outcome.ts';
import { t } from '../../texts.ts';
import { doToMany } from '../job/many.ts';
import { type Search, searchOf, searchOptions } from './search.ts';

type BulkOptions = Search & { yes?: boolean; toDomain?: string };

export function addBulkCommand(frame: Frame, token: Command): void {
  addServerCommand<BulkOptions>(
    frame,
    token,
    'bulk <action> [serial...]',
    t('token.bulk.summary'),
    (command) => {
      command.registeredArguments[0]?.choices([...BULK_ACTIONS]);
      command.registeredArguments[1]?.argParser((text, before: readonly string[] = []) => [
        ...before,
        serialNumber(text),
      ]);
      return yesOption(searchOptions(command).option('--to-domain <domain>', t('token.bulk.toDomain')));
    },
    async (call) => {
      const { api, options, args } = call;
      const [first, ...serials] = args;
      const action = first as BulkAction;
      const search = searchOf(options);
      if (serials.length > 0 && Object.keys(search).length > 0)
        return fail('usage', 'choose-one', t('token.bulk.chooseOne'));
      const counted =
        serials.length > 0
          ? { count: new Set(serials).size }
          : await api('countTokens', { query: { ...search, action } });
      const { count } = counted;
      return doToMany(call, {
        count,
        consequence: t(`token.bulk.confirm.${action}`, { count }),
        none: t('token.bulk.none'),
        done: (number) => t('token.bulk.done', { count: number }),
        subject: 'serial',
        start: () =>
          api('doToTokens', {
            body: {
              action,
              choose: 'last' in counted ? { search, upTo: counted.last ?? '' } : { serials },
              ...(options.toDomain === undefined ? {} : { securityDomain: options.toDomain }),
            },
          }),
      });
    },
  );
}
