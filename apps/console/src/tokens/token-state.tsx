/** A token's and a distribution's state in one word with a color; the word alone says it. */
import { Label, LabelGroup } from '@patternfly/react-core';
import type { DistributionState } from '@sower/api/distributions';
import type { Token } from '@sower/api/tokens';
import { type ConsoleTexts, useTexts } from '../texts/use-texts.ts';
import { Link } from '../ui/link.tsx';
import type { Fact } from '../ui/titled-card.tsx';

export type TokenRow = Omit<Token, 'seeds'>;

const COLOURS = {
  issued: 'blue',
  opened: 'teal',
  provisioned: 'purple',
  confirmed: 'green',
  expired: 'orange',
  withdrawn: 'grey',
  failed: 'red',
} as const;

export function DistributionLabel({ state }: { state: DistributionState | undefined }) {
  const t = useTexts();
  if (state === undefined) return <span>{t('states.none')}</span>;
  return <Label color={COLOURS[state]}>{t(`states.${state}`)}</Label>;
}

export function TokenStateLabels({ token }: { token: TokenRow }) {
  const t = useTexts();
  return (
    <LabelGroup numLabels={6} aria-label={t('tokens.columns.state')}>
      <Label color={token.enabled ? 'green' : 'grey'}>
        {token.enabled ? t('tokens.enabled') : t('tokens.disabled')}
      </Label>
      {token.lost && <Label color="red">{t('tokens.lost')}</Label>}
      {token.lentUntil !== undefined && <Label color="teal">{t('tokens.loan.state')}</Label>}
      {token.replaces !== undefined && <Label color="blue">{t('tokens.replacing')}</Label>}
      {token.replacedBy !== undefined && <Label color="purple">{t('tokens.replaced')}</Label>}
      {token.userState === 'gone' && <Label color="red">{t('tokens.userGone')}</Label>}
      {token.userState === 'disabled' && <Label color="grey">{t('tokens.userDisabled')}</Label>}
      {token.expired && <Label color="orange">{t('tokens.expired')}</Label>}
    </LabelGroup>
  );
}

/** Which token replaces which, if one is waiting to. */
export function pairFacts(t: ConsoleTexts, { replaces, replacedBy }: TokenRow): Fact[] {
  const link = (serial: string) => (
    <Link to={`/tokens/${serial}`} className="sower-mono">
      {serial}
    </Link>
  );
  return [
    [t('tokens.replaces'), replaces && link(replaces)],
    [t('tokens.replacedBy'), replacedBy && link(replacedBy)],
  ];
}
