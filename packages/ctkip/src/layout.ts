/**
 * How each dialect lays out its messages, as tables that `encode.ts` reads.
 *
 * Deployed clients read messages without an XML parser of their own, so order, redundant namespace declarations and line feeds match theirs
 * to the byte. The RFC's dialect follows the schema of Appendix A: no elementFormDefault, hence unqualified children.
 */
import { CT_KIP, CT_KIP_2005_11, VERSION, XML_DSIG, XML_SCHEMA, XML_SCHEMA_INSTANCE } from './algorithms.ts';
import type { DialectName } from './dialect.ts';
import type { MessageKind } from './messages.ts';

/** A fixed attribute, or the name of one that the message supplies (omitted if it does not). */
export type Slot = readonly [name: string, value: string] | string;

export type Layout = {
  /** Messages that begin with an XML declaration, and those with a line feed after every end tag except the root's. */
  readonly declaration: ReadonlySet<MessageKind>;
  readonly lineFeeds: ReadonlySet<MessageKind>;
  /** Before the root's name, `''` if a default namespace qualifies it. */
  readonly rootPrefix: string;
  /** Before the name of an extension type, and the declaration that the extension itself needs for it. */
  readonly typePrefix: string;
  readonly typeDeclaration: Readonly<Record<string, string>>;
  /** Extension types written without xsi:type. */
  readonly untyped: ReadonlySet<string>;
  /** Extension types marked Critical="true". */
  readonly critical: ReadonlySet<string>;
  readonly roots: Readonly<Record<MessageKind, readonly Slot[]>>;
  /**
   * Attributes of the elements below, by `Message/Element` or `Element`. An element without a row has only the attributes that the message
   * supplies.
   */
  readonly attributes: Readonly<Record<string, readonly Slot[]>>;
  /** Order of a message's children where the dialects differ. */
  readonly serverHello: readonly string[];
};

const SERVER_MESSAGES: readonly MessageKind[] = ['ServerHello', 'ServerFinished'];
const EVERY_MESSAGE: readonly MessageKind[] = [
  'CT-KIPTrigger',
  'ClientHello',
  'ServerHello',
  'ClientNonce',
  'ServerFinished',
];

const VERSION_SLOT: Slot = ['Version', VERSION];
const K: Slot = ['xmlns:k', CT_KIP];
const DS: Slot = ['xmlns:ds', XML_DSIG];
const XSI: Slot = ['xmlns:xsi', XML_SCHEMA_INSTANCE];

const RFC4758_LAYOUT: Layout = {
  declaration: new Set(EVERY_MESSAGE),
  lineFeeds: new Set(),
  rootPrefix: 'k:',
  typePrefix: 'k:',
  typeDeclaration: {},
  untyped: new Set(),
  critical: new Set(),
  roots: {
    'CT-KIPTrigger': [K, VERSION_SLOT],
    ClientHello: [K, XSI, VERSION_SLOT],
    ServerHello: [K, DS, XSI, VERSION_SLOT, 'SessionID', 'Status'],
    ClientNonce: [K, XSI, VERSION_SLOT, 'SessionID'],
    ServerFinished: [K, XSI, VERSION_SLOT, 'SessionID', 'Status'],
  },
  attributes: {},
  serverHello: [
    'KeyType',
    'EncryptionAlgorithm',
    'MacAlgorithm',
    'EncryptionKey',
    'Payload',
    'Extensions',
    'Mac',
  ],
};

const N11: Slot = ['xmlns', CT_KIP_2005_11];
const N12: Slot = ['xmlns', CT_KIP];
const NONE: Slot = ['xmlns', ''];
const CTKIP: Slot = ['xmlns:ct-kip', CT_KIP];
const XSD: Slot = ['xmlns:xsd', XML_SCHEMA];

const DEPLOYED_LAYOUT: Layout = {
  declaration: new Set(EVERY_MESSAGE.filter((kind) => kind !== 'ClientHello')),
  lineFeeds: new Set(SERVER_MESSAGES),
  rootPrefix: '',
  typePrefix: 'ct-kip:',
  typeDeclaration: { 'xmlns:ct-kip': CT_KIP },
  untyped: new Set(['ServerInfoType', 'OTPKeyConfigurationDataType']),
  critical: new Set(['OTPKeyConfigurationDataType']),
  roots: {
    'CT-KIPTrigger': [N12, VERSION_SLOT],
    ClientHello: [N11, XSD, XSI, VERSION_SLOT],
    ServerHello: [N12, DS, XSI, 'SessionID', 'Status', VERSION_SLOT],
    ClientNonce: [N11, VERSION_SLOT, 'SessionID'],
    // Without Version, as deployed servers send it.
    ServerFinished: [N12, DS, XSI, 'SessionID', 'Status'],
  },
  attributes: {
    InitializationTrigger: [NONE],
    TokenID: [NONE],
    KeyID: [NONE],
    ClientNonce: [NONE],
    TriggerNonce: [NONE],
    SupportedKeyTypes: [NONE],
    SupportedEncryptionAlgorithms: [NONE],
    SupportedMACAlgorithms: [NONE],
    Algorithm: [['xsi:type', 'xsd:anyURI']],
    KeyType: [NONE],
    EncryptionAlgorithm: [NONE],
    EncryptionKey: [NONE, DS, XSI],
    'ds:KeyValue': [N12, DS, XSI],
    'ds:KeyName': [N12, DS, XSI],
    'ds:RSAKeyValue': [N12, DS, XSI],
    Payload: [NONE, DS, XSI],
    Nonce: [NONE],
    MacAlgorithm: [NONE],
    EncryptedNonce: [NONE],
    KeyExpiryDate: [NONE],
    ServiceID: [NONE],
    ServiceLogo: [NONE, 'MimeType'],
    UserID: [NONE],
    Extensions: [NONE, DS, XSI],
    Extension: [CTKIP, 'xsi:type', 'Critical', NONE, DS, XSI],
    'ClientNonce/Extension': [NONE, CTKIP, 'xsi:type', 'Critical', DS, XSI],
    'ServerFinished/Extension': ['Critical', 'xsi:type', 'xmlns:ct-kip', NONE, DS, XSI],
    OTPMode: [N12, DS, XSI],
    Time: ['TimeInterval', N12, DS, XSI],
    Counter: [N12, DS, XSI],
    Challenge: [N12, DS, XSI],
    Mac: [NONE, 'MacAlgorithm', DS, XSI],
  },
  serverHello: [
    'KeyType',
    'EncryptionAlgorithm',
    'EncryptionKey',
    'Payload',
    'Extensions',
    'MacAlgorithm',
    'Mac',
  ],
};

export const LAYOUTS: Readonly<Record<DialectName, Layout>> = {
  rfc4758: RFC4758_LAYOUT,
  deployed: DEPLOYED_LAYOUT,
};
