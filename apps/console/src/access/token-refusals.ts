/**
 * Why something cannot be done with a token now, in the order of the server, which decides; undefined if it can. Distributing has its own:
 * distribute/undistributable.ts.
 */
import { mayHavePin as typesMayHavePin } from '@sower/api/device-types';
import type { Token } from '@sower/api/tokens';
import type { ConsoleTexts } from '../texts/use-texts.ts';

type Of<K extends keyof Token> = Pick<Token, K>;

/** Enabling it, and marking it as lost. */
export const refusalUnassigned = (t: ConsoleTexts, { userId }: Of<'userId'>): string | undefined =>
  userId === undefined ? t('tokens.why.notAssigned') : undefined;

/** Giving it to a user. */
export const refusalToAssign = (t: ConsoleTexts, { expired }: Of<'expired'>): string | undefined =>
  expired ? t('tokens.why.expired') : undefined;

/** What its user would get through it. Users who are gone from their directory are disabled as well. */
const refusalToUser = (t: ConsoleTexts, token: Of<'userId' | 'userState'>): string | undefined =>
  refusalUnassigned(t, token) ?? (token.userState === 'enabled' ? undefined : t('tokens.why.userDisabled'));

/** Giving its user another that replaces it. */
export function refusalToReplace(
  t: ConsoleTexts,
  token: Of<'userId' | 'userState' | 'replacedBy' | 'replaces'>,
): string | undefined {
  const { userId, replacedBy, replaces } = token;
  if (userId !== undefined) {
    if (replacedBy !== undefined) return t('tokens.why.replaced', { serial: replacedBy });
    if (replaces !== undefined) return t('tokens.why.replaces', { serial: replaces });
  }
  return refusalToUser(t, token);
}

/** Lending it: to its user, or to one who is chosen. */
export function refusalToLend(
  t: ConsoleTexts,
  token: Of<'userId' | 'userState' | 'lost' | 'enabled' | 'expired'>,
): string | undefined {
  if (token.userId === undefined) return refusalToAssign(t, token);
  const refusal = refusalToUser(t, token);
  if (refusal !== undefined) return refusal;
  return token.lost ? t('tokens.why.lost') : refusalUnusable(t, token);
}

function refusalUnusable(t: ConsoleTexts, { expired, enabled }: Of<'expired' | 'enabled'>) {
  if (expired) return t('tokens.why.expired');
  return enabled ? undefined : t('tokens.why.disabled');
}

/** Emergency access. A user may have it whose token is lost. */
export function refusalOfEmergency(
  t: ConsoleTexts,
  token: Of<'userId' | 'userState' | 'enabled' | 'expired'>,
): string | undefined {
  return refusalToUser(t, token) ?? refusalUnusable(t, token);
}

/** Setting a PIN. A row of a list comes without seeds: there the server says it. */
export const refusalToSetPin = (
  t: ConsoleTexts,
  { userId, seeds = [] }: Of<'userId'> & Partial<Of<'seeds'>>,
): string | undefined =>
  refusalUnassigned(t, { userId }) ?? (mayHavePin({ seeds }) ? undefined : t('tokens.why.typeHasNoPin'));

export const mayHavePin = ({ seeds }: Of<'seeds'>): boolean =>
  typesMayHavePin(seeds.map(({ authenticationType }) => authenticationType));
