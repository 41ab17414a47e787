/** The address that links carry: the public URL, with another host name or port where the settings say so. */
import type { ServerContext } from '../../context.ts';

/** @param port 0: the one of the public URL */
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

/** Without the brackets of an IPv6 address. */
export const hostOf = (url: string): string => new URL(url).hostname.replace(/^\[|\]$/g, '');

/** The names that clients call: a certificate has to have them all. */
export async function calledHosts(context: Pick<ServerContext, 'settings' | 'publicUrl'>): Promise<string[]> {
  return [...new Set([hostOf(context.publicUrl), hostOf(await linkBase(context))])];
}
