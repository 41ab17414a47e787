/** A file with columns, before it is imported: which column is what, and the first rows as they are read by that. */
import { useTexts } from '../../texts/use-texts.ts';
import { ChoiceField } from '../field.tsx';
import { type Column, ItemTable } from '../lists/listing.tsx';
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

type PreviewRow = { readonly line: number; readonly cells: readonly string[]; readonly problem?: string };

export function FilePreview({
  title,
  labels,
  rows,
}: {
  title: string;
  labels: readonly string[];
  rows: readonly PreviewRow[];
}) {
  const t = useTexts();
  return (
    <Section title={title}>
      <ItemTable
        label={title}
        sticky={false}
        items={rows}
        keyOf={({ line }) => String(line)}
        columns={[
          { label: t('userFiles.line'), cell: ({ line }) => line },
          ...labels.map(
            (label, index): Column<PreviewRow> => [label, ({ cells }) => cells[index]?.slice(0, 200) || '–'],
          ),
          ...(rows.some(({ problem }) => problem !== undefined)
            ? [{ label: t('userFiles.problem'), cell: ({ problem }: PreviewRow) => problem ?? '–' }]
            : []),
        ]}
      />
    </Section>
  );
}
