/**
 * Reading a message's extensions, RFC 4758 §3.7.8 and §3.9.
 *
 * An extension is recognized by its xsi:type, or in the deployed dialect by its content. One that is unknown, or in a message where it does
 * not belong, is ignored, unless it is critical.
 */
import { attribute, namespaceOf, type XmlElement } from '@sower/xml';
import { CT_KIP, CT_KIP_2005_11, SOWER, XML_SCHEMA_INSTANCE } from './algorithms.ts';
import type { Dialect } from './dialect.ts';
import { all, LIMITS, malformed, octets, optional, positive, Refusal, required, token } from './fields.ts';
import {
  type MessageKind,
  OTP_FORMATS,
  OTP_MODES,
  type OtpConfiguration,
  type PinConfiguration,
} from './messages.ts';

export type Extensions = {
  clientInfo?: Uint8Array;
  serverInfo?: Uint8Array;
  otp?: OtpConfiguration;
  pin?: PinConfiguration;
};

type Kind = keyof Extensions;

const TYPES: Readonly<Record<string, Kind>> = {
  [`${CT_KIP}ClientInfoType`]: 'clientInfo',
  [`${CT_KIP}ServerInfoType`]: 'serverInfo',
  [`${CT_KIP}OTPKeyConfigurationDataType`]: 'otp',
  [`${SOWER}PinConfigurationType`]: 'pin',
};

/** RFC 4758 §3.9: where each may occur, and may therefore be understood. Responses return the ClientInfo of their request. */
const BELONGS: Readonly<Partial<Record<MessageKind, readonly Kind[]>>> = {
  ClientHello: ['clientInfo'],
  ServerHello: ['clientInfo', 'serverInfo'],
  ClientNonce: ['clientInfo', 'serverInfo'],
  ServerFinished: ['clientInfo', 'otp', 'pin'],
};

export function readExtensions(dialect: Dialect, kind: MessageKind, message: XmlElement): Extensions {
  const container = optional(message, 'Extensions');
  const result: Extensions = {};
  if (!container) return result;
  const list = all(container, 'Extension');
  if (list.length > LIMITS.extensions) malformed('too many extensions');
  for (const element of list) {
    const critical = isCritical(element);
    const known = kindOf(dialect, kind, element);
    if (!known || !BELONGS[kind]?.includes(known)) {
      if (critical) throw new Refusal('UnknownCriticalExtension', 'unknown critical extension');
      continue;
    }
    if (known in result) malformed('the same extension twice');
    if (known === 'otp') result.otp = otpConfiguration(element);
    else if (known === 'pin') result.pin = pinConfiguration(element);
    else result[known] = octets(required(element, 'Data'), { min: 0, max: LIMITS.data });
  }
  return result;
}

function isCritical(element: XmlElement): boolean {
  switch (element.attributes.Critical?.trim()) {
    case undefined:
    case 'false':
    case '0':
      return false;
    case 'true':
    case '1':
      return true;
    default:
      return malformed('Critical is not a boolean');
  }
}

function kindOf(dialect: Dialect, message: MessageKind, element: XmlElement): Kind | undefined {
  const name = attribute(element, XML_SCHEMA_INSTANCE, 'type')?.trim();
  if (name === undefined) return dialect.untypedExtensions ? kindByContent(message, element) : undefined;
  const colon = name.indexOf(':');
  const prefix = colon < 0 ? '' : name.slice(0, colon);
  const namespace = namespaceOf(element, prefix) ?? '';
  // Both editions of the schema, and none: an unqualified type can only be the schema's own.
  const schema = namespace === '' || namespace === CT_KIP_2005_11 ? CT_KIP : namespace;
  const key = `${schema}${name.slice(colon + 1)}`;
  return Object.hasOwn(TYPES, key) ? TYPES[key] : undefined;
}

/** Deployed software omits the type: Data is the client's in the first message and the server's in the next two. */
function kindByContent(message: MessageKind, element: XmlElement): Kind | undefined {
  if (optional(element, 'OTPFormat')) return 'otp';
  if (!optional(element, 'Data')) return undefined;
  return message === 'ClientHello' ? 'clientInfo' : 'serverInfo';
}

function otpConfiguration(element: XmlElement): OtpConfiguration {
  const written = token(required(element, 'OTPFormat'), 32);
  const format =
    OTP_FORMATS.find((name) => name === written) ?? malformed('OTPFormat is not one of the schema');
  const length = positive(token(required(element, 'OTPLength'), 16), 'OTPLength');
  if (length > LIMITS.otpLength) malformed('OTPLength too large');
  const mode = optional(element, 'OTPMode');
  if (!mode) return { format, length, modes: [] };
  const modes = OTP_MODES.filter((name) => optional(mode, name));
  const interval = optional(mode, 'Time')?.attributes.TimeInterval;
  if (interval === undefined) return { format, length, modes };
  return { format, length, modes, timeInterval: positive(interval, 'TimeInterval') };
}

function pinConfiguration(element: XmlElement): PinConfiguration {
  const digits = (name: string): number => {
    const value = token(required(element, name), 8);
    return /^\d{1,3}$/.test(value) ? Number(value) : malformed(`${name} is not a number`);
  };
  return { addPin: digits('AddPIN') !== 0, pinType: digits('PinType') };
}
