/** What the console saves as a file of the person. */
import { csvText } from '@sower/api/csv';
import { useMutation } from '@tanstack/react-query';
import { useTexts } from '../texts/use-texts.ts';
import { Button } from './patternfly.tsx';
import { ProblemAlert } from './problem-alert.tsx';

/** A list as CSV: all pages of it, without formulas that a spreadsheet would follow. */
export function CsvButton({
  file,
  label,
  read,
}: {
  /** Without its ending. */
  file: string;
  label?: string;
  /** The headings, and the lines of one page. */
  read: (cursor: string | undefined) => Promise<{
    readonly heading: readonly string[];
    readonly lines: readonly (readonly string[])[];
    readonly next?: string | undefined;
  }>;
}) {
  const t = useTexts();
  const saving = useMutation({
    mutationFn: async () => {
      const parts: string[] = ['\ufeff'];
      let cursor: string | undefined;
      do {
        const { heading, lines, next } = await read(cursor);
        parts.push(csvText(cursor === undefined ? [heading, ...lines] : lines));
        cursor = next;
      } while (cursor !== undefined);
      saveFile(`${file}.csv`, 'text/csv;charset=utf-8', parts.join(''));
    },
  });
  return (
    <>
      <Button variant="secondary" onClick={() => saving.mutate()} pending={saving.isPending}>
        {label ?? t('ui.exportCsv')}
      </Button>
      <ProblemAlert error={saving.error} />
    </>
  );
}

/** Saves a file that was created here. */
export function saveFile(name: string, type: string, content: string | Uint8Array<ArrayBuffer>): void {
  const url = URL.createObjectURL(new Blob([content], { type }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
