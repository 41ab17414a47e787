/** What the settings say about a distribution: its letterhead, the least length of a code, the address that links contain. */

import type { DeviceType } from '@sower/api/device-types';
import type { DistributionSettings, Letterhead } from '@sower/api/distributions';
import { hostNameOf } from '@sower/api/host-name';
import type { ServerContext } from '../../context.ts';
import { type Actor, denied } from '../../core/actor.ts';
import { done, type Outcome } from '../../core/outcome.ts';
import { linesOf } from '../../directory/organization-look.ts';

type SettingsContext = Pick<ServerContext, 'settings'>;

/**
 * What anyone who distributes has to know, even without the right to view all settings: the sender is printed on every letter, and
 * anyone who chooses an activation code has to know its minimum length.
 */
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

/**
 * The address that links contain: the public URL, with another host name or port if the settings say so.
 * @param port 0: the port of the public URL
 */
export function baseOf(publicUrl: string, host: string, port: number): string {
  const url = new URL(publicUrl);
  if (host !== '') url.hostname = host;
  if (port !== 0) url.port = String(port);
  return url.origin;
}

export async function linkBase(context: Pick<ServerContext, 'settings' | 'publicUrl'>): Promise<string> {
  const settings = await context.settings.current();
  return baseOf(context.publicUrl, settings['provisioning.host'], settings['provisioning.port']);
}

/** With the address of the app in full: an app that this server has itself is at the address that links contain. */
export const withAppAddress = (deviceType: DeviceType, base: string): DeviceType =>
  deviceType.downloadUrl === undefined
    ? deviceType
    : { ...deviceType, downloadUrl: deviceType.downloadUrl.replace('{hostport}', new URL(base).host) };

/** The names that clients connect to: a certificate must have all of them. */
export async function calledHosts(context: Pick<ServerContext, 'settings' | 'publicUrl'>): Promise<string[]> {
  return [...new Set([hostNameOf(context.publicUrl), hostNameOf(await linkBase(context))])];
}
