/** Which column of a file is what, and the first rows as they are read by that. */
import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import { USER_COLUMNS, type UserColumns } from '@sower/api/user-columns';
import type { FileRow, UserFile } from '@sower/api/user-file';
import { useTexts } from '../../texts/use-texts.ts';
import { ChoiceField } from '../../ui/field.tsx';

export function ColumnFields({
  file,
  columns,
  onChange,
  numbered,
}: {
  file: UserFile;
  columns: UserColumns;
  onChange: (columns: UserColumns) => void;
  /** The file does not name its columns. */
  numbered: boolean;
}) {
  const t = useTexts();
  const names = [...new Set(file.columns)].filter((name) => name !== '');
  return (
    <section className="sower-stack">
      <h2 className="pf-v6-c-title pf-m-lg">{t('userFiles.columns')}</h2>
      <p>{t('userFiles.columnsHelp')}</p>
      <div className="pf-v6-c-form sower-filters">
        {USER_COLUMNS.map((column) => (
          <ChoiceField
            key={column}
            id={`import-column-${column}`}
            label={t(`userFiles.fields.${column}`)}
            required={column === 'userId'}
            value={columns[column] ?? ''}
            onChange={(name) => {
              const { [column]: _, ...others } = columns;
              onChange(name === '' ? others : { ...others, [column]: name });
            }}
            choices={[
              { value: '', label: t('userFiles.notInFile') },
              ...names.map((name) => ({
                value: name,
                label: numbered ? t('userFiles.columnNumber', { number: name }) : name,
              })),
            ]}
          />
        ))}
      </div>
    </section>
  );
}

export function FilePreview({
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
    const name = columns[column];
    const place = name === undefined ? -1 : file.columns.indexOf(name);
    return place === -1 ? [] : [{ column, place, label: t(`userFiles.fields.${column}`) }];
  });
  const problems = rows.some(({ problem }) => problem !== undefined);
  return (
    <section className="sower-stack">
      <h2 className="pf-v6-c-title pf-m-lg">{t('userFiles.preview')}</h2>
      <Table aria-label={t('userFiles.preview')} variant="compact" gridBreakPoint="grid-lg">
        <Thead>
          <Tr>
            <Th>{t('userFiles.line')}</Th>
            {shown.map(({ column, label }) => (
              <Th key={column}>{label}</Th>
            ))}
            {problems && <Th>{t('userFiles.problem')}</Th>}
          </Tr>
        </Thead>
        <Tbody>
          {rows.map(({ line, cells, problem }) => (
            <Tr key={line}>
              <Td dataLabel={t('userFiles.line')}>{line}</Td>
              {shown.map(({ column, place, label }) => (
                <Td key={column} dataLabel={label} modifier="breakWord">
                  {(cells[place] ?? '').slice(0, 200) || '–'}
                </Td>
              ))}
              {problems && (
                <Td dataLabel={t('userFiles.problem')}>
                  {problem === undefined ? '–' : t(`userFiles.rowProblems.${problem}`)}
                </Td>
              )}
            </Tr>
          ))}
        </Tbody>
      </Table>
    </section>
  );
}
