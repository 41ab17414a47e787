/** What the console saves as a file of the person. */
import { csvText } from '@sower/api/csv';
import { useMutation } from '@tanstack/react-query';
import { useTexts } from '../texts/use-texts.ts';
import { octetsOf } from './forms/file-field.tsx';
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
  const save = async () => {
    const parts: string[] = [];
    let cursor: string | undefined;
    do {
      const { heading, lines, next } = await read(cursor);
      parts.push(csvText(cursor === undefined ? [heading, ...lines] : lines));
      cursor = next;
    } while (cursor !== undefined);
    saveCsv({ fileName: `${file}.csv`, csv: parts.join('') });
  };
  return <SaveButton label={label ?? t('ui.exportCsv')} save={save} />;
}

/** Saves a file that the server has to answer first. */
export function SaveButton({ label, save }: { label: string; save: () => Promise<unknown> }) {
  const saving = useMutation({ mutationFn: save });
  return (
    <>
      <Button variant="secondary" work={saving}>
        {label}
      </Button>
      <ProblemAlert error={saving.error} />
    </>
  );
}

/** With a mark at its beginning from which a spreadsheet knows the encoding. */
export const saveCsv = ({ fileName, csv }: { fileName: string; csv: string }): void =>
  saveFile(fileName, 'text/csv;charset=utf-8', `\ufeff${csv}`);

export const savePdf = ({ fileName, pdf }: { fileName: string; pdf: string }): void =>
  saveFile(fileName, 'application/pdf', octetsOf(pdf));

/** Saves a file that was created here. */
export function saveFile(name: string, type: string, content: string | Uint8Array<ArrayBuffer>): void {
  const url = URL.createObjectURL(new Blob([content], { type }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
