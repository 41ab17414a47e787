/** `sower token bulk`: one action on every token of a search. The server keeps nothing of it: interrupted, it stays where it was. */
import { BULK_ACTIONS, type BulkAction, type BulkResult } from '@sower/api/bulk';
import type { Command } from 'commander';
import { addServerCommand, type Frame } from '../command.ts';
import { yesOption } from '../options.ts';
import { fail } from '../outcome.ts';
import { table } from '../terminal/output.ts';
import { withProgress } from '../terminal/progress.ts';
import { confirmByName } from '../terminal/prompt.ts';
import { type Search, searchOf, searchOptions } from './token-search.ts';

type BulkOptions = Search & { yes?: boolean; toDomain?: string };

const WORDS: Record<BulkAction, string> = {
  enable: 'enables',
  disable: 'disables',
  unassign: 'unassigns',
  lost: 'marks as lost',
  clearPin: 'clears the PIN of',
  move: 'moves',
  delete: 'deletes for good',
};

export function addBulkCommand(frame: Frame, token: Command): void {
  addServerCommand<BulkOptions>(
    frame,
    token,
    'bulk <action>',
    'Do one thing to every token of a search; it can be interrupted, and repeated for what remains',
    (command) => {
      command.registeredArguments[0]?.choices([...BULK_ACTIONS]);
      return yesOption(searchOptions(command).option('--to-domain <domain>', 'where to, for move'));
    },
    async ({ api, args, options, terminal }) => {
      const action = args[0] as BulkAction;
      const search = searchOf(options);
      const { count, last: upTo } = await api('countTokens', { query: { ...search, action } });
      if (upTo === undefined)
        return { ok: true, json: { count: 0, done: 0, failures: [] }, text: 'No tokens found.' };
      const stop = await confirmByName(terminal, {
        name: String(count),
        consequence: `This ${WORDS[action]} ${count} token${count === 1 ? '' : 's'}.`,
        yes: options.yes,
      });
      if (stop !== undefined) return stop;
      let done = 0;
      const failures: BulkResult['failures'] = [];
      const message = `0 of ${count}`;
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
          progress.report(`${done + failures.length} of ${count}`, done + failures.length);
          after = batch.after;
          more = after !== undefined;
        }
      });
      const json = { count, done, failures };
      if (failures.length > 0) {
        const list = table(
          [
            { title: 'Serial', value: (failure) => failure.serial },
            { title: 'Why not', value: (failure) => failure.detail },
          ],
          failures,
        );
        return fail('refused', 'some-failed', `${done} done, ${failures.length} not:\n${list}`, {
          details: json,
        });
      }
      return { ok: true, json, text: `${done} token${done === 1 ? '' : 's'} done.` };
    },
  );
}
