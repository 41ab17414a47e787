/** The columns of the token lists: which exist, which are shown, and the same as text for CSV. */
import { Checkbox, Popover } from '@patternfly/react-core';
import { type ReactNode, useState } from 'react';
import { Link } from 'react-router';
import { holderOf } from '../api/user-words.ts';
import { useConsole } from '../session/use-console.ts';
import { useTexts } from '../texts/use-texts.ts';
import { Button } from '../ui/patternfly.tsx';
import { DistributionLabel, type TokenRow, TokenStateLabels } from './token-state.tsx';

export const COLUMNS = [
  'serial',
  'userId',
  'state',
  'distribution',
  'profile',
  'deviceType',
  'nickname',
  'pin',
  'expiresOn',
  'createdAt',
] as const;
export type Column = (typeof COLUMNS)[number];

const USUAL: readonly Column[] = ['serial', 'userId', 'state', 'distribution', 'profile', 'expiresOn'];
const KEY = 'sower.token-columns';

export function useColumns(): [readonly Column[], (columns: readonly Column[]) => void] {
  const [columns, setColumns] = useState<readonly Column[]>(() => {
    const kept = localStorage.getItem(KEY)?.split(',') ?? [];
    const known = COLUMNS.filter((column) => kept.includes(column));
    return known.length > 0 ? known : USUAL;
  });
  return [
    columns,
    (chosen) => {
      localStorage.setItem(KEY, chosen.join(','));
      setColumns(chosen);
    },
  ];
}

export function ColumnChooser({
  columns,
  onChange,
}: {
  columns: readonly Column[];
  onChange: (columns: readonly Column[]) => void;
}) {
  const t = useTexts();
  return (
    <Popover
      aria-label={t('tokens.columnsTitle')}
      headerContent={t('tokens.columnsTitle')}
      closeBtnAriaLabel={t('ui.close')}
      bodyContent={
        <div className="sower-loading">
          {COLUMNS.map((column) => (
            <Checkbox
              key={column}
              id={`column-${column}`}
              label={t(`tokens.columns.${column}`)}
              isChecked={columns.includes(column)}
              isDisabled={column === 'serial'}
              onChange={(_, shown) =>
                onChange(COLUMNS.filter((name) => (name === column ? shown : columns.includes(name))))
              }
            />
          ))}
        </div>
      }
    >
      <Button variant="secondary">{t('tokens.columnsButton')}</Button>
    </Popover>
  );
}

export function TokenCell({ token, column }: { token: TokenRow; column: Column }): ReactNode {
  const { t, date, time } = useConsole();
  switch (column) {
    case 'serial':
      return (
        <Link to={`/tokens/${token.serial}`} className="sower-mono sower-serial">
          {token.serial}
        </Link>
      );
    case 'userId':
      return token.userId === undefined ? (
        t('tokens.nobody')
      ) : (
        <Link to={`/users/${encodeURIComponent(token.userId)}`}>{holderOf(token)}</Link>
      );
    case 'state':
      return <TokenStateLabels token={token} />;
    case 'distribution':
      return <DistributionLabel state={token.distribution?.state} />;
    case 'profile':
      return token.distribution?.profile ?? '–';
    case 'deviceType':
      return token.distribution?.deviceType ?? '–';
    case 'nickname':
      return token.distribution?.nickname || '–';
    case 'pin':
      return token.pinSet ? t('tokens.pinSet') : t('tokens.pinNotSet');
    case 'expiresOn':
      return date(token.expiresOn);
    case 'createdAt':
      return time(token.createdAt);
  }
}

/** For CSV: plain values, so that other programs can read them. */
export function cellText(token: TokenRow, column: Column): string {
  switch (column) {
    case 'serial':
      return token.serial;
    case 'userId':
      return token.userId ?? '';
    case 'state':
      return [
        token.enabled ? 'enabled' : 'disabled',
        ...(token.lost ? ['lost'] : []),
        ...(token.userState === 'gone' || token.userState === 'disabled' ? [`user-${token.userState}`] : []),
        ...(token.expired ? ['expired'] : []),
      ].join(' ');
    case 'distribution':
      return token.distribution?.state ?? 'none';
    case 'profile':
      return token.distribution?.profile ?? '';
    case 'deviceType':
      return token.distribution?.deviceType ?? '';
    case 'nickname':
      return token.distribution?.nickname ?? '';
    case 'pin':
      return token.pinSet ? 'set' : 'not set';
    case 'expiresOn':
      return token.expiresOn;
    case 'createdAt':
      return token.createdAt;
  }
}
