/** Which column of a CSV file of tokens is what, and its first rows as they are read by that. A seed is never shown, only how it is written. */
import { firstOf } from '@sower/api/csv';
import type { TokenColumns, TokenCsv } from '@sower/api/token-file';
import { OATH_COLUMNS, type OathToken, readOathRow } from '@sower/otp/oath-row';
import { useMemo } from 'react';
import { useTexts } from '../texts/use-texts.ts';
import { FileColumns, FilePreview } from '../ui/forms/file-columns.tsx';
import { Alert } from '../ui/patternfly.tsx';

const SHOWN_ROWS = 5;

export function TokenColumnFields({
  header,
  numbered,
  ...rest
}: {
  header: readonly string[];
  /** The first row is a token. */
  numbered: boolean;
  columns: TokenColumns;
  onChange: (columns: TokenColumns) => void;
}) {
  const t = useTexts();
  const fields = OATH_COLUMNS.map((name) => ({
    ...{ name, label: t(`tokenFiles.fields.${name}`), required: name === 'serial' || name === 'seed' },
  }));
  const names = numbered ? header.map((_, index) => String(index + 1)) : header;
  return <FileColumns fields={fields} names={names} numbered={numbered} {...rest} />;
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
  if (rows.length === 0) return <Alert variant="warning" title={t('tokenFiles.noRows')} />;
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
    <FilePreview
      title={t('tokenFiles.preview')}
      labels={[t('tokenFiles.fields.serial'), ...columns.map(([label]) => label)]}
      rows={rows.map(({ line, serial, read }) => ({
        line,
        cells: [serial.slice(0, 80), ...(read.ok ? columns.map(([, cell]) => cell(read.token)) : [])],
        ...(!read.ok && { problem: t(`tokenFiles.rowProblems.${read.reason}`) }),
      }))}
    />
  );
}
