/** Which column of a CSV file of tokens is what, and its first rows as they are read by that. A seed is never shown, only how it is written. */
import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import { firstOf } from '@sower/api/csv';
import type { TokenColumns, TokenCsv } from '@sower/api/token-file';
import { OATH_COLUMNS, type OathToken, readOathRow } from '@sower/otp/oath-row';
import { useMemo } from 'react';
import { useTexts } from '../texts/use-texts.ts';
import { ChoiceField } from '../ui/field.tsx';
import { Alert } from '../ui/patternfly.tsx';

const SHOWN_ROWS = 5;

export function TokenColumnFields({
  header,
  numbered,
  columns,
  onChange,
}: {
  header: readonly string[];
  /** The first row is a token. */
  numbered: boolean;
  columns: TokenColumns;
  onChange: (columns: TokenColumns) => void;
}) {
  const t = useTexts();
  const names = numbered
    ? header.map((_, index) => String(index + 1))
    : [...new Set(header)].filter((name) => name !== '');
  return (
    <div className="pf-v6-c-form sower-filters">
      {OATH_COLUMNS.map((column) => (
        <ChoiceField
          key={column}
          id={`import-column-${column}`}
          label={t(`tokenFiles.fields.${column}`)}
          required={column === 'serial' || column === 'seed'}
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
  );
}

export function TokenPreview({ file, carriesPins }: { file: TokenCsv; carriesPins: boolean }) {
  const t = useTexts();
  const rows = useMemo(
    () =>
      firstOf(file.rows(), SHOWN_ROWS).map(({ line, cells, open }) => ({
        line,
        serial: cells.serial ?? '',
        read: open ? ({ ok: false, reason: 'open-quote' } as const) : readOathRow(cells),
      })),
    [file],
  );
  if (rows.length === 0)
    return <Alert component="p" isInline variant="warning" title={t('tokenFiles.noRows')} />;
  const kindOf = (token: OathToken): string =>
    [
      token.algorithm.toUpperCase(),
      token.hash === 'sha1' ? '' : token.hash.toUpperCase(),
      token.algorithm === 'totp'
        ? t('tokenFiles.everySeconds', { count: token.intervalSeconds })
        : t('tokenFiles.fromCounter', { count: token.counter }),
    ]
      .filter((part) => part !== '')
      .join(' ');
  const columns: readonly (readonly [string, (token: OathToken) => string])[] = [
    [t('tokenFiles.owner'), ({ user }) => user],
    [t('tokenFiles.kind'), kindOf],
    [t('tokenFiles.fields.digits'), ({ digits }) => String(digits)],
    [
      t('tokenFiles.seed'),
      ({ encoding, seed }) =>
        t('tokenFiles.seedWords', {
          encoding: t(`tokenFiles.encodings.${encoding}`),
          count: seed.length,
        }),
    ],
    ...(carriesPins
      ? [
          [
            t('tokenFiles.fields.pin'),
            ({ pin }: OathToken) => (pin === '' ? '' : t('tokenFiles.pinThere')),
          ] as const,
        ]
      : []),
  ];
  return (
    <section className="sower-stack">
      <h2 className="pf-v6-c-title pf-m-lg">{t('tokenFiles.preview')}</h2>
      <Table aria-label={t('tokenFiles.preview')} variant="compact" gridBreakPoint="grid-lg">
        <Thead>
          <Tr>
            <Th>{t('userFiles.line')}</Th>
            <Th>{t('tokenFiles.fields.serial')}</Th>
            {columns.map(([label]) => (
              <Th key={label}>{label}</Th>
            ))}
            <Th>{t('userFiles.problem')}</Th>
          </Tr>
        </Thead>
        <Tbody>
          {rows.map(({ line, serial, read }) => (
            <Tr key={line}>
              <Td dataLabel={t('userFiles.line')}>{line}</Td>
              <Td dataLabel={t('tokenFiles.fields.serial')} modifier="breakWord">
                {serial.slice(0, 80) || '–'}
              </Td>
              {columns.map(([label, cell]) => (
                <Td key={label} dataLabel={label} modifier="breakWord">
                  {(read.ok ? cell(read.token).slice(0, 200) : '') || '–'}
                </Td>
              ))}
              <Td dataLabel={t('userFiles.problem')}>
                {read.ok ? '–' : t(`tokenFiles.rowProblems.${read.reason}`)}
              </Td>
            </Tr>
          ))}
        </Tbody>
      </Table>
    </section>
  );
}
