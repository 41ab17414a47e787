/** Which column of a file of users is what, and its first rows as they are read by that. */
import { USER_COLUMNS, type UserColumns } from '@sower/api/user-columns';
import type { FileRow, UserFile } from '@sower/api/user-file';
import { useTexts } from '../../texts/use-texts.ts';
import { FileColumns, FilePreview } from '../../ui/forms/file-columns.tsx';

export function UserColumnFields({
  file,
  ...rest
}: {
  file: UserFile;
  columns: UserColumns;
  onChange: (columns: UserColumns) => void;
  numbered: boolean;
}) {
  const t = useTexts();
  const fields = USER_COLUMNS.map((name) => ({
    ...{ name, label: t(`userFiles.fields.${name}`), required: name === 'userId' },
  }));
  return (
    <section className="sower-stack">
      <h2 className="pf-v6-c-title pf-m-lg">{t('userFiles.columns')}</h2>
      <p>{t('userFiles.columnsHelp')}</p>
      <FileColumns fields={fields} names={file.columns} {...rest} />
    </section>
  );
}

export function UserPreview({
  file,
  rows,
  columns,
}: {
  file: UserFile;
  rows: readonly FileRow[];
  columns: UserColumns;
}) {
  const t = useTexts();
  const shown = USER_COLUMNS.flatMap((column) => {
    const index = file.columns.indexOf(columns[column] ?? '');
    return columns[column] === undefined || index === -1 ? [] : [{ column, index }];
  });
  return (
    <FilePreview
      title={t('userFiles.preview')}
      labels={shown.map(({ column }) => t(`userFiles.fields.${column}`))}
      rows={rows.map(({ line, cells, problem }) => ({
        line,
        cells: shown.map(({ index }) => cells[index] ?? ''),
        ...(problem !== undefined && { problem: t(`userFiles.rowProblems.${problem}`) }),
      }))}
    />
  );
}
