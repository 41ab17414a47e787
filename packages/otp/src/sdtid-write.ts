/**
 * Writing sdtid files.
 *
 * Unsigned: the trailer is empty, which readers that verify the MACs accept. An importer that insists on the vendor's signature will not.
 */

import { base64 } from '@sower/bytes/base64';
import { escapeText, isXmlText } from '@sower/xml';
import { dayNumber } from './calendar.ts';
import type { SdtidToken } from './sdtid.ts';
import { batchKeys, cryptSeed, headerMac, type SdtidBatchKeys, tokenMac } from './sdtid-keys.ts';
import { type SdtidElement, sectionData } from './sdtid-section.ts';
import { isSecuridToken } from './securid-token.ts';

export type SdtidBatch = {
  /** Who made the file; default `N/A` for all three. `dest` and `name` are inputs of the keys. */
  readonly origin?: string;
  readonly dest?: string;
  readonly name?: string;
  /** 16 new random bytes: the salt of the file's keys. */
  readonly secret: Uint8Array;
  /** Absent or empty for a file that anyone can open. */
  readonly password?: string;
  /** At least one. The first one's settings become the file's defaults. */
  readonly tokens: readonly SdtidToken[];
  /** Range of serial numbers and count as stated in the header; default those of `tokens`. Readers ignore them. */
  readonly range?: { readonly first: string; readonly last: string; readonly count: number };
};

export type SdtidWritten =
  | { readonly ok: true; readonly xml: string }
  | {
      readonly ok: false;
      readonly reason: 'no-tokens' | 'invalid-secret' | 'invalid-token' | 'invalid-text';
      /** Serial number of the token concerned. */
      readonly at?: string;
    };

/** Writes a file, indented as the original software does, ready to be encoded as UTF-8. */
export function writeSdtid(batch: SdtidBatch): SdtidWritten {
  const { tokens, secret, password } = batch;
  const defaults = tokens[0];
  if (!defaults) return { ok: false, reason: 'no-tokens' };
  if (secret.length !== 16) return { ok: false, reason: 'invalid-secret' };
  const { origin = 'N/A', dest = 'N/A', name = 'N/A' } = batch;
  // The MACs would become invalid if a character had to be replaced.
  if (![origin, dest, name].every(isXmlText)) return { ok: false, reason: 'invalid-text' };
  for (const token of tokens) {
    if (!isSecuridToken(token) || dayNumber(token.birthDay) === undefined) {
      return { ok: false, reason: 'invalid-token', at: token.serial };
    }
    if (!TEXTS.every((key) => isXmlText(token[key]))) {
      return { ok: false, reason: 'invalid-text', at: token.serial };
    }
  }

  const fields = { origin: origin || ' ', dest: dest || ' ', name: name || ' ', secret };
  const keys = batchKeys(fields, password);
  const range = batch.range ?? {
    first: defaults.serial,
    last: tokens.at(-1)!.serial,
    count: tokens.length,
  };
  const settings = settingsOf(defaults);
  const header = branch('TKNHeader', [
    leaf('Version', '0'),
    leaf('Origin', fields.origin),
    leaf('Dest', fields.dest),
    leaf('Name', fields.name),
    leaf('FirstToken', range.first),
    leaf('LastToken', range.last),
    leaf('NumTokens', String(range.count)),
    leaf('Secret', base64(secret)),
    leaf('DefBirth', settings.Birth),
    leaf('DefDeath', settings.Death),
    leaf('DefDigits', settings.Digits),
    leaf('DefInterval', settings.Interval),
    leaf('DefAlg', '1'),
    leaf('DefMode', '0'),
    leaf('DefPrecision', '2400'),
    leaf('DefSmallWin', '630'),
    leaf('DefMediumWin', '4320'),
    leaf('DefLargeWin', '4320'),
    leaf('DefAddPIN', settings.AddPIN),
    leaf('DefLocalPIN', settings.LocalPIN),
    leaf('DefCopyProtection', '1'),
    leaf('DefPinType', '0'),
    leaf('DefKeypad', '1'),
    leaf('DefProtLevel', '0'),
    leaf('DefRevision', '0'),
    leaf('DefTimeDerivedSeeds', '1'),
    leaf('DefAppDerivedSeeds', '0'),
    leaf('DefFormFactor', '20000001'),
  ]);
  const root = branch('TKNBatch', [
    withMac(header, 'HeaderMAC', headerMac(keys, sectionData(header))),
    ...tokens.map((token) => tokenRecord(token, settings, keys)),
    branch('TKNTrailer', []),
  ]);
  return { ok: true, xml: `<?xml version="1.0"?>\n${serialize(root, '')}` };
}

const TEXTS = ['userFirstName', 'userLastName', 'userLogin', 'deviceSerialNumber', 'nickname'] as const;

type Settings = Readonly<Record<'Birth' | 'Death' | 'Digits' | 'Interval' | 'AddPIN' | 'LocalPIN', string>>;

function settingsOf(token: SdtidToken): Settings {
  return {
    Birth: token.birthDay.replaceAll('-', '/'),
    Death: token.expiryDay.replaceAll('-', '/'),
    Digits: String(token.digits),
    Interval: String(token.intervalSeconds),
    AddPIN: token.addPin ? '1' : '0',
    LocalPIN: token.localPin ? '1' : '0',
  };
}

function tokenRecord(token: SdtidToken, defaults: Settings, keys: SdtidBatchKeys): SdtidElement {
  const overrides = Object.entries(settingsOf(token)).filter(
    ([name, value]) => value !== defaults[name as keyof Settings],
  );
  const record = branch('TKN', [
    leaf('SN', token.serial),
    leaf('Seed', `=${base64(cryptSeed(keys, token.serial, token.seed))}`),
    leaf('UserFirstName', token.userFirstName),
    leaf('UserLastName', token.userLastName),
    leaf('UserLogin', token.userLogin),
    ...overrides.map(([name, value]) => leaf(name, value)),
    branch('TokenAttributes', [
      leaf('DeviceSerialNumber', token.deviceSerialNumber),
      leaf('Nickname', token.nickname),
    ]),
  ]);
  return withMac(record, 'TokenMAC', tokenMac(keys, token.serial, sectionData(record)));
}

/** An empty field contains one space, as the original software writes it. */
function leaf(name: string, text: string): SdtidElement {
  return { name, text: text || ' ', children: [] };
}

function branch(name: string, children: readonly SdtidElement[]): SdtidElement {
  return { name, text: '', children };
}

function withMac(section: SdtidElement, name: string, mac: Uint8Array): SdtidElement {
  return branch(section.name, [...section.children, leaf(name, base64(mac))]);
}

function serialize(element: SdtidElement, indent: string): string {
  const { name, text, children } = element;
  if (children.length > 0) {
    const inner = children.map((item) => serialize(item, `${indent}  `)).join('');
    return `${indent}<${name}>\n${inner}${indent}</${name}>\n`;
  }
  return text === '' ? `${indent}<${name}/>\n` : `${indent}<${name}>${escapeText(text)}</${name}>\n`;
}
