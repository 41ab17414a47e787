/** The address that links contain: the public URL, with another host name or port if the settings say so. */
import type { DeviceType } from '@sower/api/device-types';
import type { ServerContext } from '../../context.ts';

/** @param port 0: the port of the public URL */
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

/** Without the brackets of an IPv6 address. */
export const hostOf = (url: string): string => new URL(url).hostname.replace(/^\[|\]$/g, '');

/** The names that clients connect to: a certificate must have all of them. */
export async function calledHosts(context: Pick<ServerContext, 'settings' | 'publicUrl'>): Promise<string[]> {
  return [...new Set([hostOf(context.publicUrl), hostOf(await linkBase(context))])];
}
