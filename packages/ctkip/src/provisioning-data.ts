/**
 * ProvisioningData: the document that accompanies the message in the deployed dialect.
 *
 * There is no public specification. What a client says about itself is asserted, not proven; whether that suffices is policy.
 */
import { DEFAULT_LIMITS, escapeText, readXml, type XmlElement } from '@sower/xml';
import type { PinConfiguration } from './messages.ts';
import { textOf } from './octets.ts';

export type ClientDescription = {
  readonly version: string;
  readonly manufacturer: string;
  readonly formFactor?: string | undefined;
  readonly deviceId?: string | undefined;
  readonly deviceClass?: string | undefined;
};

const DECLARATION = '<?xml version="1.0"?>';

function element(name: string, text: string | undefined): string {
  return text ? `<${name}>${escapeText(text)}</${name}>` : `<${name}/>`;
}

/** What a client sends with both messages; device ID and class follow the elements that deployed clients send. */
export function encodeClientProvisioningData(client: ClientDescription): string {
  const fields = [
    element('Version', client.version),
    element('Manufacturer', client.manufacturer),
    element('FormFactor', client.formFactor),
    client.deviceId === undefined ? '' : element('DeviceID', client.deviceId),
    client.deviceClass === undefined ? '' : element('DeviceClass', client.deviceClass),
  ];
  return `${DECLARATION}<ProvisioningData>${fields.join('')}</ProvisioningData>`;
}

/** What the server sends with its ServerFinished. With its ServerHello it returns the client's octets. */
export function encodeFinalProvisioningData({ addPin, pinType }: PinConfiguration): string {
  const fields = `<PinType>${pinType}</PinType><AddPIN>${addPin ? 1 : 0}</AddPIN>`;
  return `${DECLARATION}\n<ProvisioningData>\n${fields}</ProvisioningData>\n`;
}

/** Reads the server's last document; defaults are what deployed clients assume: type 0, PIN added. */
export function decodeFinalProvisioningData(bytes: Uint8Array): PinConfiguration {
  const fields = fieldsOf(bytes);
  const pinType = fields.get('pintype')?.trim() ?? '';
  return {
    addPin: (fields.get('addpin')?.trim() ?? '1') !== '0',
    pinType: /^\d{1,3}$/.test(pinType) ? Number(pinType) : 0,
  };
}

/** Element names, in order of preference and in any case, that contain a device's ID and class. */
export type DeviceElements = {
  readonly deviceId: readonly string[];
  readonly deviceClass: readonly string[];
};

/** Ours first, then names that deployed products use for the same things elsewhere; on the wire they are guesses. */
export const DEVICE_ELEMENTS: DeviceElements = {
  deviceId: ['DeviceID', 'DeviceSerialNumber', 'BindingID'],
  deviceClass: ['DeviceClass', 'DeviceType', 'FormFactor'],
};

/** What a client asserts, normalized by `normalizeDeviceId`; absent if it asserts nothing. */
export type AssertedDevice = {
  readonly deviceId?: string | undefined;
  readonly deviceClass?: string | undefined;
  readonly version?: string | undefined;
  readonly manufacturer?: string | undefined;
};

/** Reads what a client says about itself, as far as it can be read. Never fails. */
export function assertedDevice(bytes: Uint8Array, names: DeviceElements = DEVICE_ELEMENTS): AssertedDevice {
  const fields = fieldsOf(bytes);
  const first = (candidates: readonly string[]): string | undefined => {
    for (const name of candidates) {
      const value = fields.get(name.toLowerCase());
      const normal = value === undefined ? '' : normalizeDeviceId(value);
      if (normal !== '') return normal;
    }
    return undefined;
  };
  const plain = (name: string): string | undefined => fields.get(name)?.trim().slice(0, 128) || undefined;
  return {
    deviceId: first(names.deviceId),
    deviceClass: first(names.deviceClass),
    version: plain('version'),
    manufacturer: plain('manufacturer'),
  };
}

/** IDs are displayed in groups, in either case and with or without dashes; comparison ignores all that. */
export function normalizeDeviceId(text: string): string {
  return text
    .replace(/[^A-Za-z0-9]+/g, '')
    .toUpperCase()
    .slice(0, 128);
}

const MAX_OCTETS = 8192;
const MAX_FIELDS = 64;
/** Several times what any client sends. */
const READ = { ...DEFAULT_LIMITS, maxElements: 256, maxAttributes: 256, maxDeclarations: 64 };

/** Text of the leaf elements by lower-case name; of two with one name the first counts. */
function fieldsOf(bytes: Uint8Array): Map<string, string> {
  const fields = new Map<string, string>();
  const head = bytes.subarray(0, MAX_OCTETS);
  const document = readXml(head, READ);
  if (document.ok) collect(document.root, fields);
  else scan(textOf(head), fields);
  return fields;
}

function collect(from: XmlElement, fields: Map<string, string>): void {
  if (from.children.length === 0) add(fields, from.name, from.text);
  for (const child of from.children) collect(child, fields);
}

/** Some clients send documents that are not well-formed. This looks only for a start tag and the text up to the next tag. */
function scan(text: string, fields: Map<string, string>): void {
  for (const [, name, value] of text.matchAll(
    /<(?:[\w-]{1,32}:)?(\w[\w-]{0,63})(?:\s[^<>]{0,256})?>([^<]{0,512})(?=<)/g,
  )) {
    if (fields.size >= MAX_FIELDS) return;
    add(fields, name as string, value as string);
  }
}

function add(fields: Map<string, string>, name: string, value: string): void {
  const key = name.toLowerCase();
  if (!fields.has(key) && fields.size < MAX_FIELDS) fields.set(key, value);
}
