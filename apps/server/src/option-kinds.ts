/** What an option of the server can be: how it is read from text and, if it cannot be, which values are possible. Knows no option. */
import { existsSync, readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { resolve } from 'node:path';
import { z } from 'zod';
import { forwardDestination, webhookKey } from './audit/forward/destinations.ts';
import type { Address } from './core/address.ts';
import { type HsmKeyUri, isHsmUri, readHsmUri } from './keys/hsm/uri.ts';
import type { DatabaseLocation } from './store/db/open.ts';
import { readPostgresqlUrl } from './store/db/postgresql/url.ts';

export type Kind<Value = unknown> = {
  /** Its argument, as the help shows it; '' for a switch. */
  readonly takes: string;
  /** Its issues continue a sentence that begins with the name of the option. */
  readonly schema: z.ZodType<Value, string>;
  /** Its text may contain a password: no message repeats it. */
  readonly secret?: true;
};

/** @param read gives undefined, or throws the end of the sentence, for what is not possible */
const parsed = <Value>(possible: string, read: (text: string) => Value | undefined) =>
  z.string().transform((text, context): Value => {
    try {
      const value = read(text);
      if (value !== undefined) return value;
      context.addIssue(possible);
    } catch (error) {
      context.addIssue((error as Error).message);
    }
    return z.NEVER;
  });

/** Separated by commas; each wrong entry is an issue of its own. */
const separated = <Value>(entry: z.ZodType<Value, string>) =>
  z
    .string()
    .transform((text) =>
      text
        .split(',')
        .map((part) => part.trim())
        .filter(Boolean),
    )
    .pipe(z.array(entry));

const path = z.string().transform((text) => resolve(text));
const existing = path.refine(existsSync, 'takes a file that exists');

const contentOf = <Value>(schema: z.ZodType<Value, string>) =>
  z
    .string()
    .transform((file, context) => {
      try {
        return readFileSync(file, 'utf8').trim();
      } catch (error) {
        context.addIssue(`cannot be read: ${(error as Error).message}`);
        return z.NEVER;
      }
    })
    .pipe(schema);

export const folder: Kind<string> = { takes: 'DIR', schema: path };
export const file: Kind<string> = { takes: 'FILE', schema: path };
export const existingFile: Kind<string> = { takes: 'FILE', schema: existing };
export const command: Kind<string> = { takes: 'COMMAND', schema: z.string() };

/** In any case: `TRUE` is `true`. */
export const onOrOff: Kind<boolean> = {
  takes: '',
  schema: z.stringbool({
    truthy: ['true', '1', 'yes', 'on'],
    falsy: ['false', '0', 'no', 'off'],
    error: 'takes true or false',
  }),
};

export function number(least: number, most?: number, takes = 'NUMBER'): Kind<number> {
  const possible = `takes a whole number${most === undefined ? `, ${least} or more` : ` from ${least} to ${most}`}`;
  return {
    takes,
    schema: parsed(possible, (text) => {
      const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
      return value >= least && value <= (most ?? Number.MAX_SAFE_INTEGER) ? value : undefined;
    }),
  };
}

export function oneOf<const Value extends string>(values: readonly Value[], takes: string): Kind<Value> {
  const possible = `takes ${values.slice(0, -1).join(', ')} or ${values.at(-1)}`;
  return { takes, schema: parsed(possible, (text) => values.find((value) => value === text)) };
}

export const address = (usual: number): Kind<Address> => ({
  takes: 'HOST:PORT',
  schema: parsed(`takes HOST:PORT, such as 0.0.0.0:${usual} or [::]:${usual}`, (text) => {
    const match = /^(?:\[([^\]]+)\]|([^:]*)):(\d{1,5})$/.exec(text);
    const port = Number(match?.[3]);
    return match && port <= 65_535 ? { host: match[1] ?? (match[2] || '127.0.0.1'), port } : undefined;
  }),
});

export const publicUrl: Kind<URL> = {
  takes: 'URL',
  schema: parsed('takes a URL, such as https://otp.example.com', (text) => URL.parse(text) ?? undefined)
    .refine(
      ({ protocol }) => protocol === 'https:' || protocol === 'http:',
      'must begin with https://: authenticators accept nothing else',
    )
    .refine(
      ({ username, password, search, hash, pathname }) =>
        !(username || password || search || hash) && pathname === '/',
      'takes only scheme, host and port, such as https://otp.example.com:8443',
    ),
};

const proxy = parsed('takes addresses and CIDR ranges', (text) => {
  const [host = '', length] = text.split('/');
  const longest = { 4: 32, 6: 128 }[isIP(host)];
  const fits = length === undefined || (/^\d{1,3}$/.test(length) && Number(length) <= (longest ?? 0));
  return longest !== undefined && fits ? text : undefined;
});
export const proxies: Kind<string[]> = { takes: 'ADDRESSES', schema: separated(proxy) };

const origin = parsed('takes origins, such as https://authenticator.example.com', (text) =>
  text === '*' || URL.parse(text)?.origin === text ? text : undefined,
);
export const origins: Kind<string[]> = { takes: 'ORIGINS', schema: separated(origin) };

const hostName = parsed('takes host names without scheme and port', (text) =>
  /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/i.test(text) ? text.toLowerCase() : undefined,
);
export const hostNames: Kind<string[]> = { takes: 'NAMES', schema: separated(hostName) };

const recipient = z
  .string()
  .regex(/^age1[0-9a-z]{20,4000}$/, 'takes public keys of age, which begin with age1');
export const ageKey: Kind<string> = { takes: 'AGE1…', schema: recipient };
export const ageKeys: Kind<string[]> = { takes: 'AGE1…', schema: separated(recipient) };

const databaseUrl = parsed(
  'must be postgresql://USER:PASSWORD@HOST/NAME or sqlite:FILE',
  (text): DatabaseLocation | undefined => {
    if (text.startsWith('sqlite:')) return { kind: 'sqlite', file: resolve(text.slice('sqlite:'.length)) };
    if (!/^postgres(ql)?:/.test(text)) return undefined;
    const read = readPostgresqlUrl(text);
    if (typeof read === 'string') throw new Error(read.replace(/\.$/, ''));
    return { kind: 'postgresql', url: text };
  },
);
export const database: Kind<DatabaseLocation> = { takes: 'URL', schema: databaseUrl, secret: true };
export const databaseFile: Kind<DatabaseLocation> = {
  takes: 'FILE',
  schema: contentOf(databaseUrl),
  secret: true,
};

/** @returns undefined if it is not one */
export function parseMasterKey(text: string): Uint8Array | undefined {
  const key = /^[0-9a-f]{64}$/i.test(text) ? Buffer.from(text, 'hex') : Buffer.from(text, 'base64');
  return key.length === 32 ? key : undefined;
}
export const masterKey: Kind<Uint8Array | HsmKeyUri> = {
  takes: 'KEY',
  schema: parsed('must be 32 octets in base64 or hexadecimal, or a PKCS#11 URI', (text) =>
    isHsmUri(text) ? readHsmUri(text) : parseMasterKey(text),
  ),
  secret: true,
};

export const auditDestinations = {
  takes: 'URLS',
  schema: separated(parsed('', forwardDestination)),
  secret: true,
} as const;
export const webhookKeyFile: Kind<Uint8Array> = {
  takes: 'FILE',
  schema: contentOf(parsed('does not hold a key: whsec_ and 24 to 64 octets in base64', webhookKey)),
  secret: true,
};
