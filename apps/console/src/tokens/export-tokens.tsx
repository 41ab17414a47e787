/** The search result as CSV, all pages of it. */
import { csvText } from '@sower/api/csv';
import type { CallOf } from '@sower/api/operations';
import { useMutation } from '@tanstack/react-query';
import { useApi } from '../api/use-api.ts';
import { useTexts } from '../texts/use-texts.ts';
import { Button } from '../ui/patternfly.tsx';
import { ProblemAlert } from '../ui/problem-alert.tsx';
import { saveFile } from '../ui/save-file.ts';
import { type Column, cellText } from './token-columns.tsx';

export function ExportTokens({
  query,
  columns,
}: {
  query: NonNullable<CallOf<'listTokens'>['query']>;
  columns: readonly Column[];
}) {
  const t = useTexts();
  const api = useApi();
  const exporting = useMutation({
    mutationFn: async () => {
      const rows: string[][] = [columns.map((column) => t(`tokens.columns.${column}`))];
      const { cursor: _, ...search } = query;
      let cursor: string | undefined;
      do {
        const page = await api('listTokens', {
          query: { ...search, limit: 1000, ...(cursor === undefined ? {} : { cursor }) },
        });
        for (const token of page.items) rows.push(columns.map((column) => cellText(token, column)));
        cursor = page.next;
      } while (cursor !== undefined);
      saveFile('tokens.csv', 'text/csv;charset=utf-8', `\ufeff${csvText(rows)}`);
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
