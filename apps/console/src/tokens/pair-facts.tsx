/** Which token replaces which, if one is waiting to. */
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import type { ConsoleTexts } from '../texts/use-texts.ts';
import type { TokenRow } from './token-state.tsx';

export function pairFacts(t: ConsoleTexts, { replaces, replacedBy }: TokenRow): [string, ReactNode][] {
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
