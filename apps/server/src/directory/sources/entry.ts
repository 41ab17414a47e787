/** Turns a directory entry into the fields of a user. Pure, and prepared for values that are missing, duplicated, binary or far too long. */

import { userNameSchema } from '@sower/api/fields';
import type { SourceEntry, SourceMapping } from '@sower/api/identity-sources';
import { LIMITS } from '@sower/api/limits';
import { type MailLanguage, mailLanguageNamed } from '@sower/api/mail-events';
import { isoTime } from '@sower/api/time';
import { isUserName, preparedName } from '@sower/api/user-name';
import { UNPRINTABLE } from '@sower/bytes/printable';
import { type Text, text } from '@sower/texts/outcomes';
import { z } from 'zod';
import { said, type Unworded } from '../../core/unworded.ts';
import { usableCertificate } from '../../keys/x509/mail-certificate.ts';
import type { LdapEntry } from '../../ldap/connection.ts';
import { userIdKey } from '../../store/directory/users.ts';

type EntryState = 'active' | 'disabled' | 'expired' | 'locked';

export type MappedEntry = {
  readonly name: string;
  /** Absent only if the entry is refused because it has no usable one. */
  readonly key: string | undefined;
  readonly userId: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly email: string;
  readonly telephone: string;
  readonly language: MailLanguage | undefined;
  /** PEM: the one for the address that is valid for longest. */
  readonly certificate: string | undefined;
  /** Case-folded, without the user ID itself. */
  readonly logOnNames: readonly string[];
  /** Those of them that come from attributes which their owner cannot write. */
  readonly protectedNames: readonly string[];
  readonly state: EntryState;
  /** When the password of the directory expires, in epoch milliseconds; 0: it has to be changed. Unknown unless it was requested. */
  readonly passwordUntil: number | undefined;
  /** Why it cannot become a user, or change one. */
  readonly refused?: Text;
};

const MAX_LOG_ON_NAMES = 8;

/** All attributes to request for an entry. */
export function attributesOf(mapping: SourceMapping): string[] {
  const { key, userId, firstName, lastName, email, telephone, language, certificate } = mapping;
  const { logOnNames, accountStates } = mapping;
  return [
    ...new Set([
      ...[key, userId, firstName, lastName, email, telephone, language, certificate, ...logOnNames].filter(
        (name) => name !== '',
      ),
      ...STATE_ATTRIBUTES[accountStates],
    ]),
  ];
}

const STATE_ATTRIBUTES = {
  'active-directory': [
    'userAccountControl',
    'msDS-User-Account-Control-Computed',
    'lockoutTime',
    'accountExpires',
  ],
  ppolicy: ['pwdAccountLockedTime', 'pwdEndTime'],
  'ns-account-lock': ['nsAccountLock', 'krbPrincipalExpiration'],
  none: [],
} as const satisfies Record<SourceMapping['accountStates'], readonly string[]>;

/** Those that say when the password expires. Asked of single entries: with each policy, they would change for everyone at once. */
export const passwordAttributesOf = ({ accountStates }: SourceMapping): readonly string[] =>
  PASSWORD_ATTRIBUTES[accountStates];

const PASSWORD_ATTRIBUTES = {
  'active-directory': ['msDS-UserPasswordExpiryTimeComputed'],
  'ns-account-lock': ['krbPasswordExpiration', 'passwordExpirationTime'],
  // OpenLDAP has it in its policies alone.
  ppolicy: [],
  none: [],
} as const satisfies Record<SourceMapping['accountStates'], readonly string[]>;

/** @param now epoch milliseconds, for accounts that expire */
export function mapEntry(entry: LdapEntry, mapping: SourceMapping, now: number): MappedEntry {
  const values = (attribute: string) =>
    attribute === '' ? [] : (entry.attributes.get(attribute.toLowerCase()) ?? []);
  const key = keyOf(values(mapping.key), mapping.key);
  const ids = values(mapping.userId);
  const userId = ids.length === 1 && typeof ids[0] === 'string' ? preparedName(ids[0].trim()) : '';
  const state = stateOf(entry, mapping, now);
  const email = emailOf(values(mapping.email));
  const refused =
    key === undefined
      ? text('source-entry.no-key', { attribute: mapping.key })
      : (userIdProblem(ids, mapping.userId) ??
        (state === undefined
          ? text('source-entry.no-state', { attribute: 'userAccountControl' })
          : undefined));
  return {
    name: clean(entry.name, 2048),
    key,
    userId: refused ? clean(userId, LIMITS.name) : userId,
    firstName: shown(values(mapping.firstName)),
    lastName: shown(values(mapping.lastName)),
    email,
    telephone: shown(values(mapping.telephone), 64),
    language: languageOf(values(mapping.language)),
    certificate: usableCertificate(
      // RFC 4523 §2.1 has it transferred with the option; Active Directory leaves that out.
      ['', ';binary'].flatMap((option) => values(mapping.certificate && `${mapping.certificate}${option}`)),
      email,
      now,
    ),
    ...namesOf(mapping, values, userId),
    state: state ?? 'disabled',
    passwordUntil: passwordUntilOf(entry, mapping),
    ...(refused ? { refused } : {}),
  };
}

/** Exactly one value: two would identify two people. */
function keyOf(values: readonly (string | Buffer)[], attribute: string): string | undefined {
  const [value] = values;
  if (values.length !== 1 || value === undefined || value.length === 0) return undefined;
  // Sixteen octets may happen to be valid text; that says nothing about the next entry.
  if (/guid$/i.test(attribute)) {
    const octets = Buffer.from(value as string);
    return octets.length === 16 ? guidText(octets) : undefined;
  }
  if (typeof value !== 'string') return value.length <= 64 ? value.toString('hex') : undefined;
  const key = value.trim().toLowerCase();
  return key !== '' && key.length <= 128 && clean(key, 128) === key ? key : undefined;
}

/** As Active Directory writes a GUID: the first three groups are little-endian. */
function guidText(octets: Buffer): string {
  const hex = (from: number, to: number, reverse: boolean): string => {
    const part = octets.subarray(from, to);
    return Buffer.from(reverse ? [...part].reverse() : part).toString('hex');
  };
  return [hex(0, 4, true), hex(4, 6, true), hex(6, 8, true), hex(8, 10, false), hex(10, 16, false)].join('-');
}

/** A key in the form that the directory server compares: a GUID as text is not in that form. */
export const valueOfKey = (mapping: Pick<SourceMapping, 'key'>, key: string): string | Buffer | undefined =>
  /guid$/i.test(mapping.key) ? guidOctets(key) : key;

/** The octets of a key that is a GUID, for searching by it. */
export function guidOctets(key: string): Buffer | undefined {
  const parts = /^([0-9a-f]{8})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{12})$/
    .exec(key)
    ?.slice(1);
  return parts
    ? Buffer.concat(
        parts.map((part, index) => {
          const octets = Buffer.from(part, 'hex');
          return index < 3 ? octets.reverse() : octets;
        }),
      )
    : undefined;
}

function userIdProblem(values: readonly (string | Buffer)[], attribute: string): Text | undefined {
  const [value] = values;
  if (values.length === 0 || value === '') return text('source-entry.no-user-id', { attribute });
  if (values.length > 1) return text('source-entry.many-user-ids', { attribute });
  return userNameSchema.safeParse(value).success
    ? undefined
    : text('source-entry.bad-user-id', { attribute });
}

/** @param most characters, not UTF-16 code units */
function clean(value: string, most: number): string {
  const printable = value.replace(UNPRINTABLE, '').trim();
  return printable.length <= most ? printable : [...printable].slice(0, most).join('');
}

function shown(values: readonly (string | Buffer)[], most: number = LIMITS.name): string {
  const first = values.find((value) => typeof value === 'string');
  return first === undefined ? '' : clean(first, most);
}

const emailSchema = z.email().max(254);
/** The first valid one: an address that no mail can be sent to is ignored. */
const emailOf = (values: readonly (string | Buffer)[]): string =>
  values.find(
    (value): value is string => typeof value === 'string' && emailSchema.safeParse(value).success,
  ) ?? '';

/** RFC 2798 §2.7 writes the attribute as RFC 9110 §12.5.4 writes Accept-Language: the first language that mail can be in. */
function languageOf(values: readonly (string | Buffer)[]): MailLanguage | undefined {
  for (const range of shown(values, 500).split(',')) {
    const language = mailLanguageNamed(range.split(';')[0] ?? '');
    if (language) return language;
  }
  return undefined;
}

function namesOf(
  { logOnNames, protectedNames, domainName }: SourceMapping,
  values: (attribute: string) => readonly (string | Buffer)[],
  userId: string,
): Pick<MappedEntry, 'logOnNames' | 'protectedNames'> {
  const own = userIdKey(userId);
  const isProtected = new Set(protectedNames.map((attribute) => attribute.toLowerCase()));
  /** By its canonical form: whether it is protected. */
  const names = new Map<string, boolean>();
  const add = (name: string, byOthersAlone: boolean): void => {
    const key = userIdKey(name);
    if (key !== '' && key !== own) names.set(key, byOthersAlone || names.get(key) === true);
  };
  for (const attribute of logOnNames)
    for (const value of values(attribute))
      if (typeof value === 'string' && value.length <= 256 && isUserName(preparedName(value)))
        add(value, isProtected.has(attribute.toLowerCase()));
  // As well protected as the user ID, which it is made of.
  if (domainName !== '' && userId !== '') add(`${domainName}\\${userId}`, true);
  // Those that are protected first: an owner cannot push them out with many of their own.
  const kept = [...names]
    .sort(([a, first], [b, second]) => Number(second) - Number(first) || (a < b ? -1 : 1))
    .slice(0, MAX_LOG_ON_NAMES);
  return {
    logOnNames: kept.map(([name]) => name).sort(),
    protectedNames: kept.flatMap(([name, byOthersAlone]) => (byOthersAlone ? name : [])).sort(),
  };
}

const DISABLED = 0x2;
const LOCKED = 0x10;
const NEVER = 0x7fffffffffffffffn;
/** From 1601 to 1970, in steps of 100 ns. */
const EPOCH = 116_444_736_000_000_000n;

/** @returns undefined if the directory does not return the attribute, although it should */
function stateOf(
  { attributes }: LdapEntry,
  { accountStates }: SourceMapping,
  now: number,
): EntryState | undefined {
  const first = (name: string): string | undefined => {
    const value = attributes.get(name.toLowerCase())?.[0];
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  const past = (name: string): boolean => {
    const value = first(name);
    const at = value === undefined ? undefined : generalizedTime(value);
    return at !== undefined && at <= now;
  };
  switch (accountStates) {
    case 'active-directory': {
      const control = first('userAccountControl');
      if (control === undefined || !/^-?\d+$/.test(control)) return undefined;
      if ((Number(control) & DISABLED) !== 0) return 'disabled';
      const expires = first('accountExpires') ?? '0';
      const at = /^\d{1,19}$/.test(expires) ? BigInt(expires) : 0n;
      if (at !== 0n && at < NEVER && Number((at - EPOCH) / 10_000n) <= now) return 'expired';
      const computed = first('msDS-User-Account-Control-Computed');
      const locked =
        computed === undefined ? (first('lockoutTime') ?? '0') !== '0' : (Number(computed) & LOCKED) !== 0;
      return locked ? 'locked' : 'active';
    }
    case 'ppolicy': {
      const locked = first('pwdAccountLockedTime');
      if (locked?.startsWith('000001010000')) return 'disabled';
      if (past('pwdEndTime')) return 'expired';
      return locked === undefined ? 'active' : 'locked';
    }
    case 'ns-account-lock':
      if (first('nsAccountLock')?.toLowerCase() === 'true') return 'disabled';
      return past('krbPrincipalExpiration') ? 'expired' : 'active';
    case 'none':
      return 'active';
  }
}

function passwordUntilOf({ attributes }: LdapEntry, mapping: SourceMapping): number | undefined {
  for (const name of passwordAttributesOf(mapping)) {
    const value = attributes.get(name.toLowerCase())?.[0];
    if (typeof value !== 'string') continue;
    if (mapping.accountStates !== 'active-directory') return generalizedTime(value);
    const at = /^\d{1,19}$/.test(value) ? BigInt(value) : NEVER;
    return at >= NEVER ? undefined : Math.max(0, Number((at - EPOCH) / 10_000n));
  }
  return undefined;
}

/** `20300131120000Z` and with a fraction, RFC 4517 §3.3.13; the supported servers write no other forms. */
export function generalizedTime(value: string): number | undefined {
  const parts = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)?(?:[.,]\d+)?Z$/.exec(value)?.slice(1);
  if (!parts) return undefined;
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = parts.map((part) =>
    Number(part ?? 0),
  );
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

/** An entry of a directory as administrators see it. */
export type ShownEntry = Unworded<SourceEntry, 'detail'>;

export const viewEntry = (entry: MappedEntry, groups?: string[]): ShownEntry => ({
  name: entry.name,
  ...(entry.key === undefined ? {} : { key: entry.key }),
  userId: entry.userId,
  firstName: entry.firstName,
  lastName: entry.lastName,
  email: entry.email,
  telephone: entry.telephone,
  logOnNames: [...entry.logOnNames],
  state: entry.state,
  ...(entry.passwordUntil === undefined ? {} : { passwordUntil: isoTime(entry.passwordUntil) }),
  ...(groups === undefined ? {} : { groups }),
  ...(entry.refused === undefined ? {} : said(entry.refused)),
});
