/**
 * The settings that matter to anyone who distributes, even without the right to view all settings: the sender is printed on every letter, and
 * anyone who chooses an activation code has to know its minimum length.
 */
import type { DistributionSettings, Letterhead } from '@sower/api/distributions';
import type { ServerContext } from '../../context.ts';
import { type Actor, denied } from '../../core/actor.ts';
import { done, type Outcome } from '../../core/outcome.ts';
import { linesOf } from '../../directory/organization-look.ts';

type SettingsContext = Pick<ServerContext, 'settings'>;

export async function showDistributionSettings(
  context: SettingsContext,
  actor: Actor,
): Promise<Outcome<DistributionSettings>> {
  const denial = denied(actor, 'tokens:distribute');
  if (denial) return denial;
  const { 'activation.minChosenLength': minChosenCodeLength } = await context.settings.current();
  return done({ letterhead: await letterheadOf(context), minChosenCodeLength });
}

export async function letterheadOf({ settings }: SettingsContext): Promise<Letterhead> {
  const current = await settings.current();
  return {
    name: current['organization.name'],
    address: linesOf(current['organization.address']),
    logo: current['organization.logo'],
  };
}
