/** From the options of the server to the destinations that the audit trail is forwarded to. Opens nothing but the files that are named. */

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { hostNameOf } from '@sower/api/host-name';
import type { LineFormat } from './lines.ts';

export type ForwardDestination =
  | {
      readonly kind: 'syslog';
      readonly protection: 'tls' | 'tcp' | 'udp';
      readonly host: string;
      readonly port: number;
      readonly format: LineFormat;
      readonly authority: string | undefined;
      readonly fromStart: boolean;
    }
  | {
      readonly kind: 'webhook';
      readonly url: string;
      readonly key: Uint8Array;
      readonly authority: string | undefined;
      readonly fromStart: boolean;
    }
  | { readonly kind: 'file'; readonly file: string; readonly fromStart: boolean }
  | { readonly kind: 'stdout'; readonly fromStart: boolean };

const KEY_PREFIX = 'whsec_';

/** @returns undefined if it is not one: 24 to 64 octets in base64 */
export function webhookKey(given: string): Uint8Array | undefined {
  const octets = Buffer.from(given.trim().replace(KEY_PREFIX, ''), 'base64');
  return octets.length >= 24 && octets.length <= 64 ? octets : undefined;
}

/** What each kind takes after `?`. Those of a webhook belong to its receiver, but for `ca` and `from`. */
const PARAMETERS: Readonly<Record<string, readonly string[]>> = {
  'syslog+tls:': ['format', 'ca', 'from'],
  'syslog+tcp:': ['format', 'from'],
  'syslog+udp:': ['format', 'from'],
  'file:': ['from'],
  'stdout:': ['from'],
};
const SYSLOG_PORTS = { tls: 6514, tcp: 601, udp: 514 } as const;

/** Without the key of webhooks, which is given beside it. */
type GivenDestination =
  | Exclude<ForwardDestination, { readonly kind: 'webhook' }>
  | Omit<Extract<ForwardDestination, { readonly kind: 'webhook' }>, 'key'>;

/** By which its position in the trail is kept: without the path of a webhook, which may be a secret. */
export function destinationName(to: GivenDestination): string {
  switch (to.kind) {
    case 'stdout':
      return 'stdout';
    case 'file':
      return `file:${to.file}`;
    case 'webhook':
      return `${new URL(to.url).origin}/#${createHash('sha256').update(to.url).digest('hex').slice(0, 8)}`;
    case 'syslog':
      return `syslog+${to.protection}://${to.host.includes(':') ? `[${to.host}]` : to.host}:${to.port}`;
  }
}

/** @throws the end of a sentence that begins with the option; it repeats only the scheme, since the rest may contain a secret */
export function forwardDestination(entry: string): GivenDestination {
  const url = URL.parse(entry);
  const wrong = (why: string): Error =>
    new Error(`has an entry${url ? ` (${url.protocol})` : ''} that ${why}`);
  if (!url) throw wrong('is not a URL, such as syslog+tls://siem.example.com:6514');
  const webhook = url.protocol === 'https:';
  const known = PARAMETERS[url.protocol];
  if (!webhook && !known) throw wrong('is not one of syslog+tls, https, file, stdout');
  const names = [...url.searchParams.keys()];
  if (known && names.some((name, at) => !known.includes(name) || names.indexOf(name) !== at))
    throw wrong(`takes only ${known.join(', ')}, each once`);
  const from = url.searchParams.get('from');
  if (from !== null && from !== 'start')
    throw wrong('has a from other than start; without it, the next row is the first');
  const fromStart = from !== null;
  const ca = url.searchParams.get('ca');
  const authority = ca === null ? undefined : fileText(ca);
  if (url.protocol === 'stdout:') return { kind: 'stdout', fromStart };
  if (url.protocol === 'file:')
    return { kind: 'file', file: resolve(decodeURIComponent(url.pathname)), fromStart };
  if (webhook) {
    // These are ours; the rest belongs to the receiver.
    for (const name of ['ca', 'from']) url.searchParams.delete(name);
    return { kind: 'webhook', url: url.href, authority, fromStart };
  }
  const protection = url.protocol.slice('syslog+'.length, -1) as keyof typeof SYSLOG_PORTS;
  if (url.hostname === '') throw wrong('names no host');
  if (!['', '/'].includes(url.pathname)) throw wrong('has a path, which syslog does not');
  if (url.port === '0') throw wrong('has a port other than 1 to 65535');
  const format = url.searchParams.get('format') ?? 'json';
  if (format !== 'json' && format !== 'cef') throw wrong('has a format other than json and cef');
  return {
    kind: 'syslog',
    protection,
    host: hostNameOf(url),
    port: Number(url.port || SYSLOG_PORTS[protection]),
    format,
    authority,
    fromStart,
  };
}

function fileText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new Error(`names ${file}, which cannot be read (${(error as NodeJS.ErrnoException).code})`);
  }
}
