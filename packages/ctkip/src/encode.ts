/**
 * Messages to XML, in the exact bytes of a dialect.
 *
 * One engine over the tables of `layout.ts`. Values are written as given: policy and limits are up to the callers.
 */

import { base64 } from '@sower/bytes/base64';
import { escapeAttribute, escapeText } from '@sower/xml';
import { KEY_TYPES, SOWER } from './algorithms.ts';
import { type Dialect, encryptionUri, prfUri } from './dialect.ts';
import { LAYOUTS, type Layout } from './layout.ts';
import type {
  CtkipTrigger,
  EncryptionKey,
  Mac,
  Message,
  OtpConfiguration,
  PinConfiguration,
  ServerFinished,
} from './messages.ts';

type Part = {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string | undefined>>;
  readonly content: string | readonly Part[];
};

function part(
  name: string,
  content: Part['content'],
  attributes: Readonly<Record<string, string | undefined>> = {},
): Part {
  return { name, attributes, content };
}

function octets(name: string, value: Uint8Array | undefined): Part[] {
  return value === undefined ? [] : [part(name, base64(value))];
}

function text(name: string, value: string | undefined): Part[] {
  return value === undefined ? [] : [part(name, value)];
}

function algorithms(name: string, uris: readonly string[]): Part {
  return part(
    name,
    uris.map((uri) => part('Algorithm', uri)),
  );
}

function extension(layout: Layout, type: string, content: readonly Part[]): Part {
  const typed = !layout.untyped.has(type);
  return part('Extension', content, {
    'xsi:type': typed ? `${layout.typePrefix}${type}` : undefined,
    ...(typed ? layout.typeDeclaration : {}),
    Critical: layout.critical.has(type) ? 'true' : undefined,
  });
}

function extensions(dialect: Dialect, layout: Layout, message: Message): Part[] {
  const list: Part[] = [];
  if ('clientInfo' in message && message.clientInfo) {
    list.push(extension(layout, 'ClientInfoType', octets('Data', message.clientInfo)));
  }
  if ('serverInfo' in message && message.serverInfo) {
    list.push(extension(layout, 'ServerInfoType', octets('Data', message.serverInfo)));
  }
  if ('otp' in message && message.otp) {
    list.push(extension(layout, 'OTPKeyConfigurationDataType', otpParts(message.otp)));
  }
  if ('pin' in message && message.pin && dialect.pinExtension) list.push(pinExtension(message.pin));
  return list.length === 0 ? [] : [part('Extensions', list)];
}

function otpParts({ format, length, modes, timeInterval }: OtpConfiguration): Part[] {
  const mode = modes.map((name) =>
    part(name, [], { TimeInterval: name === 'Time' ? timeInterval?.toString() : undefined }),
  );
  return [
    part('OTPFormat', format),
    part('OTPLength', length.toString()),
    ...(mode.length > 0 ? [part('OTPMode', mode)] : []),
  ];
}

function pinExtension({ addPin, pinType }: PinConfiguration): Part {
  const content = [part('PinType', pinType.toString()), part('AddPIN', addPin ? '1' : '0')];
  return part('Extension', content, { 'xsi:type': 'sower:PinConfigurationType', 'xmlns:sower': SOWER });
}

function encryptionKey(key: EncryptionKey): Part {
  if (key.kind === 'shared') return part('EncryptionKey', [part('ds:KeyName', key.name)]);
  const numbers = [...octets('ds:Modulus', key.modulus), ...octets('ds:Exponent', key.exponent)];
  return part('EncryptionKey', [part('ds:KeyValue', [part('ds:RSAKeyValue', numbers)])]);
}

function mac(value: Mac | undefined): Part[] {
  return value ? [part('Mac', base64(value.value), { MacAlgorithm: value.algorithm })] : [];
}

function trigger(message: CtkipTrigger): Part[] {
  return [
    part('InitializationTrigger', [
      ...octets('TokenID', message.tokenId),
      ...octets('KeyID', message.keyId),
      ...octets('TriggerNonce', message.triggerNonce),
      ...text('CT-KIPURL', message.url),
    ]),
  ];
}

function finished(dialect: Dialect, layout: Layout, message: ServerFinished): Part[] {
  const logo = message.serviceLogo;
  return [
    ...octets('TokenID', message.tokenId),
    ...octets('KeyID', message.keyId),
    ...text('KeyExpiryDate', message.keyExpiry === undefined ? undefined : utc(dialect, message.keyExpiry)),
    ...text('ServiceID', message.serviceId),
    ...(logo ? [part('ServiceLogo', base64(logo.image), { MimeType: logo.mimeType })] : []),
    ...text('UserID', message.userId),
    ...extensions(dialect, layout, message),
    ...mac(message.mac),
  ];
}

function children(dialect: Dialect, layout: Layout, message: Message): Part[] {
  switch (message.kind) {
    case 'CT-KIPTrigger':
      return trigger(message);
    case 'ClientHello':
      return [
        ...octets('TokenID', message.tokenId),
        ...octets('KeyID', message.keyId),
        ...octets('ClientNonce', message.clientNonce),
        ...octets('TriggerNonce', message.triggerNonce),
        algorithms('SupportedKeyTypes', message.keyTypes),
        algorithms('SupportedEncryptionAlgorithms', message.encryptionAlgorithms),
        algorithms('SupportedMACAlgorithms', message.macAlgorithms),
        ...extensions(dialect, layout, message),
      ];
    case 'ClientNonce':
      return [...octets('EncryptedNonce', message.encryptedNonce), ...extensions(dialect, layout, message)];
    case 'ServerHello': {
      if (message.status !== 'Continue') return [];
      const { suite } = message;
      const parts = [
        part('KeyType', KEY_TYPES[suite.keyType].uri),
        part('EncryptionAlgorithm', encryptionUri(dialect, 'chosen', suite.encryptionAlgorithm)),
        part('MacAlgorithm', prfUri(dialect, 'chosen', suite.macAlgorithm)),
        encryptionKey(message.encryptionKey),
        part('Payload', octets('Nonce', message.R_S)),
        ...extensions(dialect, layout, message),
        ...mac(message.mac),
      ];
      return layout.serverHello.flatMap((name) => parts.filter((candidate) => candidate.name === name));
    }
    case 'ServerFinished':
      return message.status === 'Success' ? finished(dialect, layout, message) : [];
  }
}

/** A time as xs:dateTime in UTC. @param seconds Unix time */
function utc(dialect: Dialect, seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace(/\.\d+Z$/, dialect.utcSuffix);
}

/** The message in the dialect's format; encode it as UTF-8 to send it. */
export function encodeMessage(dialect: Dialect, message: Message): string {
  const layout = LAYOUTS[dialect.name];
  const { kind } = message;
  const lineFeed = layout.lineFeeds.has(kind) ? '\n' : '';

  const attributes = (slots: Layout['roots'][typeof kind], own: Part['attributes']): string =>
    slots
      .map((slot) => (typeof slot === 'string' ? ([slot, own[slot]] as const) : slot))
      .map(([name, value]) => (value === undefined ? '' : ` ${name}="${escapeAttribute(value)}"`))
      .join('');
  const write = ({ name, attributes: own, content }: Part): string => {
    const slots = layout.attributes[`${kind}/${name}`] ?? layout.attributes[name] ?? Object.keys(own);
    const start = `<${name}${attributes(slots, own)}`;
    const inner = typeof content === 'string' ? escapeText(content) : content.map(write).join('');
    // An element with text keeps its end tag even if the text is empty, as UserID may be.
    if (inner === '' && typeof content !== 'string') return `${start}/>${lineFeed}`;
    return `${start}>${inner}</${name}>${lineFeed}`;
  };

  const own = {
    SessionID: 'sessionId' in message ? message.sessionId : undefined,
    Status: 'status' in message ? message.status : undefined,
  };
  const root = `${layout.rootPrefix}${kind}`;
  const declaration = layout.declaration.has(kind) ? '<?xml version="1.0" encoding="UTF-8"?>' : '';
  const start = `${declaration}<${root}${attributes(layout.roots[kind], own)}`;
  const inner = children(dialect, layout, message).map(write).join('');
  return inner === '' ? `${start}/>` : `${start}>${inner}</${root}>`;
}
