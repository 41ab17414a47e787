/** From the options of the server to the places that the audit trail is forwarded to. Opens nothing but the files that are named. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { LineFormat } from './lines.ts';

export type AuditPlace =
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

const PARAMETERS = ['format', 'ca', 'from'];
const SYSLOG_PORTS = { tls: 6514, tcp: 601, udp: 514 } as const;

export function readForwarding(
  given: {
    readonly places: string | undefined;
    readonly keyFile: string | undefined;
    readonly plain: boolean;
  },
  mistakes: string[],
): AuditPlace[] {
  const texts = (given.places ?? '')
    .split(',')
    .map((entry) => entry.trim())
    .filter(Boolean);
  const key = given.keyFile === undefined ? undefined : webhookKey(fileText(given.keyFile, mistakes) ?? '');
  if (given.keyFile !== undefined && !key)
    mistakes.push('--audit-forward-key-file does not hold a key: whsec_ and 24 to 64 octets in base64.');
  return texts.flatMap((entry) => {
    const place = readPlace(entry, { key, plain: given.plain }, mistakes);
    return place ? [place] : [];
  });
}

function readPlace(
  entry: string,
  { key, plain }: { readonly key: Uint8Array | undefined; readonly plain: boolean },
  mistakes: string[],
): AuditPlace | undefined {
  const url = URL.parse(entry);
  const wrong = (why: string): undefined => {
    // What is entered may hold a secret.
    mistakes.push(`--audit-forward: ${url?.protocol ?? 'an entry'} ${why}`);
    return undefined;
  };
  if (!url) return wrong('is not a URL, such as syslog+tls://siem.example.com:6514.');
  const webhook = url.protocol === 'https:';
  const parameters = [...url.searchParams.keys()];
  if (!webhook && parameters.some((name) => !PARAMETERS.includes(name)))
    return wrong(`takes only ${PARAMETERS.join(', ')}.`);
  const fromStart = url.searchParams.get('from') === 'start';
  const ca = url.searchParams.get('ca');
  const authority = ca === null ? undefined : fileText(ca, mistakes);
  if (url.protocol === 'stdout:') return { kind: 'stdout', fromStart };
  if (url.protocol === 'file:')
    return { kind: 'file', file: resolve(decodeURIComponent(url.pathname)), fromStart };
  if (webhook) {
    if (!key) return wrong('needs --audit-forward-key-file.');
    // These are ours; the rest belongs to the receiver.
    for (const name of ['ca', 'from']) url.searchParams.delete(name);
    return { kind: 'webhook', url: url.href, key, authority, fromStart };
  }
  const protection = (['tls', 'tcp', 'udp'] as const).find((name) => url.protocol === `syslog+${name}:`);
  if (!protection) return wrong('is not one of syslog+tls, https, file, stdout.');
  if (protection !== 'tls' && !plain) return wrong('is not protected: it needs --audit-forward-plain.');
  if (url.hostname === '') return wrong('names no host.');
  const format = url.searchParams.get('format') ?? 'json';
  if (format !== 'json' && format !== 'cef') return wrong('has format=json or format=cef.');
  return {
    kind: 'syslog',
    protection,
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: Number(url.port || SYSLOG_PORTS[protection]),
    format,
    authority,
    fromStart,
  };
}

function fileText(file: string, mistakes: string[]): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    mistakes.push(`--audit-forward: ${file} cannot be read (${(error as NodeJS.ErrnoException).code}).`);
    return undefined;
  }
}
