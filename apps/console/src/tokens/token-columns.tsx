/** The columns of the token lists: which exist, which are shown, and the same as text for CSV. */
import { Checkbox, Popover } from '@patternfly/react-core';
import { type ReactNode, useState } from 'react';
import { holderOf } from '../api/user-words.ts';
import { useConsole } from '../session/use-console.ts';
import { useTexts } from '../texts/use-texts.ts';
import { Link } from '../ui/link.tsx';
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
  const { serial, userId, distribution } = token;
  const cells: Record<Column, ReactNode> = {
    serial: (
      <Link to={`/tokens/${serial}`} className="sower-mono sower-serial">
        {serial}
      </Link>
    ),
    userId:
      userId === undefined ? (
        t('tokens.nobody')
      ) : (
        <Link to={`/users/${encodeURIComponent(userId)}`}>{holderOf(token)}</Link>
      ),
    state: <TokenStateLabels token={token} />,
    distribution: <DistributionLabel state={distribution?.state} />,
    profile: distribution?.profile ?? '–',
    deviceType: distribution?.deviceType ?? '–',
    nickname: distribution?.nickname || '–',
    pin: token.pinSet ? t('tokens.pinSet') : t('tokens.pinNotSet'),
    expiresOn: date(token.expiresOn),
    createdAt: time(token.createdAt),
  };
  return cells[column];
}

/** For CSV: plain values, so that other programs can read them. */
export const cellTexts = ({ distribution, ...token }: TokenRow): Record<Column, string> => ({
  serial: token.serial,
  userId: token.userId ?? '',
  state: [
    token.enabled ? 'enabled' : 'disabled',
    ...(token.lost ? ['lost'] : []),
    ...(token.userState === 'gone' || token.userState === 'disabled' ? [`user-${token.userState}`] : []),
    ...(token.expired ? ['expired'] : []),
  ].join(' '),
  distribution: distribution?.state ?? 'none',
  profile: distribution?.profile ?? '',
  deviceType: distribution?.deviceType ?? '',
  nickname: distribution?.nickname ?? '',
  pin: token.pinSet ? 'set' : 'not set',
  expiresOn: token.expiresOn,
  createdAt: token.createdAt,
});
