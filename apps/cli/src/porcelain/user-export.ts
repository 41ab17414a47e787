/** `sower user export`: users as CSV that can be imported again; a page at a time, so that many take no more memory than few. */
import { csvText } from '@sower/api/csv';
import { EXPORT_COLUMNS, exportRow } from '@sower/api/user-file';
import { command, given } from '../command.ts';
import { makeFile } from '../files.ts';
import { withProgress } from '../terminal/progress.ts';
import { t } from '../texts.ts';
import { USER_SEARCH } from './bulk.ts';

const PAGE = 1000;

export const USER_EXPORT = command({
  usage: 'export <file>',
  summary: 'user.export.summary',
  options: USER_SEARCH,
  run: ({ api, args, options, terminal }) => {
    const file = args[0]!;
    const search = given(USER_SEARCH, options);
    return makeFile(file, async (append) => {
      let count = 0;
      const message = t('output.reading', { what: t('user.list.name') });
      append(csvText([EXPORT_COLUMNS]));
      await withProgress(terminal, { message }, async (progress) => {
        for (let cursor: string | undefined, more = true; more; ) {
          const query = { ...search, limit: PAGE, ...(cursor === undefined ? {} : { cursor }) };
          const page = await api('listUsers', { query });
          append(csvText(page.items.map(exportRow)));
          count += page.items.length;
          progress.report(t('output.readingSoFar', { what: t('user.list.name'), count }));
          // A server that repeats its cursor would keep us for ever.
          more = page.next !== undefined && page.next !== cursor;
          cursor = page.next;
        }
      });
      return { ok: true, json: { file, count }, text: t('user.export.done', { count, file }) };
    });
  },
});
