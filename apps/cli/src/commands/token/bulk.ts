/** `sower token bulk`: one action on every token of a search. The server keeps nothing of it: interrupted, it stays where it was. */
import { BULK_ACTIONS, type BulkAction, type BulkResult } from '@sower/api/bulk';
import type { Command } from 'commander';
import { addServerCommand, type Frame } from '../../command.ts';
import { yesOption } from '../../options.ts';
import { fail } from '../../outcome.ts';
import { table } from '../../terminal/output.ts';
import { withProgress } from '../../terminal/progress.ts';
import { confirmByName } from '../../terminal/prompt.ts';
import { t } from '../../texts.ts';
import { type Search, searchOf, searchOptions } from './search.ts';

type BulkOptions = Search & { yes?: boolean; toDomain?: string };

export function addBulkCommand(frame: Frame, token: Command): void {
  addServerCommand<BulkOptions>(
    frame,
    token,
    'bulk <action>',
    t('token.bulk.summary'),
    (command) => {
      command.registeredArguments[0]?.choices([...BULK_ACTIONS]);
      return yesOption(searchOptions(command).option('--to-domain <domain>', t('token.bulk.toDomain')));
    },
    async ({ api, args, options, terminal }) => {
      const action = args[0] as BulkAction;
      const search = searchOf(options);
      const { count, last: upTo } = await api('countTokens', { query: { ...search, action } });
      if (upTo === undefined)
        return { ok: true, json: { count: 0, done: 0, failures: [] }, text: t('token.bulk.none') };
      const stop = await confirmByName(terminal, {
        name: String(count),
        consequence: t(`token.bulk.confirm.${action}`, { count }),
        yes: options.yes,
      });
      if (stop !== undefined) return stop;
      let done = 0;
      const failures: BulkResult['failures'] = [];
      const message = t('token.bulk.progress', { done: 0, total: count });
      await withProgress(terminal, { message, total: count }, async (progress) => {
        for (let after: string | undefined, more = true; more; ) {
          const batch = await api('doToTokens', {
            body: {
              action,
              search,
              upTo,
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
            { title: 'field.serial', value: (failure) => failure.serial },
            { title: 'field.why', value: (failure) => failure.detail },
          ],
          failures,
        );
        const failed = t('token.bulk.failed', { done, failed: failures.length });
        return fail('refused', 'some-failed', `${failed}\n${list}`, {
          details: json,
        });
      }
      return { ok: true, json, text: t('token.bulk.done', { count: done }) };
    },
  );
}
