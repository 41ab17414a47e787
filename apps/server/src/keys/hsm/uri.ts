/** Where a key in a hardware security module is, as a PKCS#11 URI says it (RFC 7512). A PIN is never part of it: it says where the PIN is. */
import { isAbsolute } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What is not given may be anything. */
export type TokenNames = { readonly [name in 'label' | 'serial' | 'model' | 'manufacturer']?: string };

export type HsmKeyUri = {
  /** As it was given. */
  readonly uri: string;
  /** The library of the HSM's maker. */
  readonly module: string;
  readonly token: TokenNames;
  readonly key: { readonly label?: string; readonly id?: Uint8Array };
  readonly pin: { readonly kind: 'file' | 'command'; readonly from: string };
};

const SCHEME = 'pkcs11:';
const PATH: readonly string[] = ['token', 'serial', 'model', 'manufacturer', 'object', 'id', 'type'];
const QUERY: readonly string[] = ['module-path', 'pin-source'];

export const isHsmUri = (text: string): boolean => text.startsWith(SCHEME);

/** @throws a sentence */
export function readHsmUri(text: string): HsmKeyUri {
  const wrong = (why: string): Error => new Error(`the PKCS#11 URI of the master key ${why}`);
  const [path = '', query = '', ...more] = text.slice(SCHEME.length).split('?');
  if (!isHsmUri(text) || more.length > 0 || /\s/.test(text)) throw wrong('is malformed');
  if (/(?:^|&)pin-value=/.test(query))
    throw wrong('contains a PIN. Put it into a file, and give pin-source=file:/… in its place');
  const given = new Map<string, string>();
  for (const [part, separator, known] of [
    [path, ';', PATH],
    [query, '&', QUERY],
  ] as const)
    for (const attribute of part.split(separator).filter(Boolean)) {
      const [name = '', ...value] = attribute.split('=');
      if (!known.includes(name) || given.has(name)) throw wrong(`has an attribute too many: ${name}`);
      given.set(name, value.join('='));
    }
  const decoded = (name: string): string | undefined => {
    try {
      const value = given.get(name);
      return value ? decodeURIComponent(value) : undefined;
    } catch {
      throw wrong(`has a value that is not percent-encoded: ${name}`);
    }
  };
  const [module, pinSource, type] = [decoded('module-path'), decoded('pin-source'), decoded('type')];
  if (module === undefined || !isAbsolute(module))
    throw wrong('needs module-path=/…, the library of the HSM');
  if (pinSource === undefined) throw wrong('needs pin-source=file:/… or pin-source=|COMMAND');
  if (type !== undefined && type !== 'secret-key') throw wrong('is not of a secret key');
  const object = decoded('object');
  const id = given.has('id') ? octetsOf(given.get('id') ?? '') : undefined;
  const token = Object.fromEntries(
    Object.entries({
      label: 'token',
      serial: 'serial',
      model: 'model',
      manufacturer: 'manufacturer',
    }).flatMap(([name, attribute]) => {
      const value = decoded(attribute);
      return value === undefined ? [] : [[name, value]];
    }),
  ) as TokenNames;
  if (token.label === undefined && token.serial === undefined) throw wrong('needs token=… or serial=…');
  if (object === undefined && id === undefined)
    throw wrong('needs object=… or id=…, the label or the ID of the key');
  const pin = pinSourceOf(pinSource);
  if (!pin) throw wrong('needs an absolute path in pin-source');
  return {
    uri: text,
    module,
    token,
    key: { ...(object === undefined ? {} : { label: object }), ...(id === undefined ? {} : { id }) },
    pin,
  };
}

function pinSourceOf(source: string): HsmKeyUri['pin'] | undefined {
  if (source.startsWith('|')) return { kind: 'command', from: source.slice(1) };
  const from = source.startsWith('file:///') ? fileURLToPath(source) : source.replace(/^file:/, '');
  return isAbsolute(from) ? { kind: 'file', from } : undefined;
}

/** Octets that are not text, each as %xx or as it is. */
const octetsOf = (text: string): Uint8Array =>
  Buffer.from(
    text.replace(/%([0-9a-f]{2})/gi, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16))),
    'latin1',
  );
