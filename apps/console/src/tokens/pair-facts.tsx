/** Which token takes the place of which, where one waits to. */
import type { TFunction } from 'i18next';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import type { TokenRow } from './token-state.tsx';

export function pairFacts(t: TFunction, { replaces, replacedBy }: TokenRow): [string, ReactNode][] {
  const link = (serial: string) => (
    <Link to={`/tokens/${serial}`} className="sower-mono">
      {serial}
    </Link>
  );
  return [
    ...(replaces === undefined ? [] : ([[t('tokens.replaces'), link(replaces)]] as [string, ReactNode][])),
    ...(replacedBy === undefined
      ? []
      : ([[t('tokens.replacedBy'), link(replacedBy)]] as [string, ReactNode][])),
  ];
}
