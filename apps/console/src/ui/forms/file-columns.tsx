/** A file with columns, before it is imported: which column is what, and the first rows as they are read by that. */
import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import { useTexts } from '../../texts/use-texts.ts';
import { ChoiceField } from '../field.tsx';
import { Section } from '../titled-card.tsx';

export type FileField<Name extends string> = {
  readonly name: Name;
  readonly label: string;
  readonly required: boolean;
};

export function FileColumns<Name extends string>({
  fields,
  names,
  numbered,
  columns,
  onChange,
}: {
  fields: readonly FileField<Name>[];
  /** What the columns of the file are called. */
  names: readonly string[];
  /** The file does not name them. */
  numbered: boolean;
  columns: Partial<Record<Name, string>>;
  onChange: (columns: Partial<Record<Name, string>>) => void;
}) {
  const t = useTexts();
  const choices = [
    { value: '', label: t('userFiles.notInFile') },
    ...[...new Set(names)]
      .filter((name) => name !== '')
      .map((name) => ({
        value: name,
        label: numbered ? t('userFiles.columnNumber', { number: name }) : name,
      })),
  ];
  return (
    <div className="pf-v6-c-form sower-filters">
      {fields.map(({ name, ...said }) => (
        <ChoiceField
          key={name}
          id={`import-column-${name}`}
          {...said}
          value={columns[name] ?? ''}
          onChange={(chosen) => {
            const { [name]: _, ...others } = columns;
            onChange({ ...(others as typeof columns), ...(chosen !== '' && { [name]: chosen }) });
          }}
          choices={choices}
        />
      ))}
    </div>
  );
}

export function FilePreview({
  title,
  labels,
  rows,
}: {
  title: string;
  labels: readonly string[];
  rows: readonly { readonly line: number; readonly cells: readonly string[]; readonly problem?: string }[];
}) {
  const t = useTexts();
  const problems = rows.some(({ problem }) => problem !== undefined);
  return (
    <Section title={title}>
      <Table aria-label={title} variant="compact" gridBreakPoint="grid-lg">
        <Thead>
          <Tr>
            <Th>{t('userFiles.line')}</Th>
            {labels.map((label) => (
              <Th key={label}>{label}</Th>
            ))}
            {problems && <Th>{t('userFiles.problem')}</Th>}
          </Tr>
        </Thead>
        <Tbody>
          {rows.map(({ line, cells, problem }) => (
            <Tr key={line}>
              <Td dataLabel={t('userFiles.line')}>{line}</Td>
              {labels.map((label, index) => (
                <Td key={label} dataLabel={label} modifier="breakWord">
                  {cells[index]?.slice(0, 200) || '–'}
                </Td>
              ))}
              {problems && <Td dataLabel={t('userFiles.problem')}>{problem ?? '–'}</Td>}
            </Tr>
          ))}
        </Tbody>
      </Table>
    </Section>
  );
}
