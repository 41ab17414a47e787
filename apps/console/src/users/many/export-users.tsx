/** Users as CSV that can be imported again: the chosen ones, or all pages of the search. */
import { csvText } from '@sower/api/csv';
import type { CallOf } from '@sower/api/operations';
import { EXPORT_COLUMNS, exportRow } from '@sower/api/user-file';
import type { User } from '@sower/api/users';
import { useMutation } from '@tanstack/react-query';
import { useApi } from '../../api/use-api.ts';
import { useTexts } from '../../texts/use-texts.ts';
import { Button } from '../../ui/patternfly.tsx';
import { ProblemAlert } from '../../ui/problem-alert.tsx';
import { saveFile } from '../../ui/save-file.ts';

export function ExportUsers({
  query,
  chosen,
}: {
  query: NonNullable<CallOf<'listUsers'>['query']>;
  /** None: the whole search. */
  chosen: readonly User[];
}) {
  const t = useTexts();
  const api = useApi();
  const exporting = useMutation({
    mutationFn: async () => {
      const parts = [csvText([EXPORT_COLUMNS]), csvText(chosen.map(exportRow))];
      const { cursor: _, ...search } = query;
      for (let cursor: string | undefined, more = chosen.length === 0; more; ) {
        const page = await api('listUsers', {
          query: { ...search, limit: 1000, ...(cursor === undefined ? {} : { cursor }) },
        });
        parts.push(csvText(page.items.map(exportRow)));
        cursor = page.next;
        more = cursor !== undefined;
      }
      saveFile('users.csv', 'text/csv;charset=utf-8', `\ufeff${parts.join('')}`);
    },
  });
  return (
    <>
      <Button
        variant="secondary"
        onClick={() => exporting.mutate()}
        isLoading={exporting.isPending}
        isDisabled={exporting.isPending}
      >
        {t('ui.exportCsv')}
      </Button>
      <ProblemAlert error={exporting.error} />
    </>
  );
}
