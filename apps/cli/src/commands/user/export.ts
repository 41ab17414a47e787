/** `sower user export`: users as CSV that can be imported again; a page at a time, so that many take no more memory than few. */
import { csvText } from '@sower/api/csv';
import { EXPORT_COLUMNS, exportRow } from '@sower/api/user-file';
import type { Command } from 'commander';
import { addServerCommand, type Frame } from '../../command.ts';
import { makeFile } from '../../files.ts';
import { withProgress } from '../../terminal/progress.ts';
import { t } from '../../texts.ts';
import { type UserSearch, userSearchOf, userSearchOptions } from './search.ts';

const PAGE = 1000;

export function addExportCommand(frame: Frame, user: Command): void {
  addServerCommand<UserSearch>(
    frame,
    user,
    'export <file>',
    t('user.export.summary'),
    userSearchOptions,
    async ({ api, args, options, terminal }) => {
      const path = args[0] as string;
      return makeFile(path, async (append) => {
        let count = 0;
        const message = t('output.reading', { what: t('user.list.name') });
        append(csvText([EXPORT_COLUMNS]));
        await withProgress(terminal, { message }, async (progress) => {
          for (let cursor: string | undefined, more = true; more; ) {
            const page = await api('listUsers', {
              query: {
                ...userSearchOf(options),
                limit: PAGE,
                ...(cursor === undefined ? {} : { cursor }),
              },
            });
            append(csvText(page.items.map(exportRow)));
            count += page.items.length;
            progress.report(t('output.readingSoFar', { what: t('user.list.name'), count }));
            // A server that repeats its cursor would keep us for ever.
            more = page.next !== undefined && page.next !== cursor;
            cursor = page.next;
          }
        });
        return { ok: true, json: { file: path, count }, text: t('user.export.done', { count, file: path }) };
      });
    },
  );
}
