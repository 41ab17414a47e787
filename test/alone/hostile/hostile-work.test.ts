/**
 * What the dearest input costs, against a plain one of equal size, for everything that strangers may send before they are known. The
 * dearest is searched for, since what we think of is not what an attacker does.
 */

import { base64, fromBase64 } from '@sower/bytes/base64';
import { utf8 } from '@sower/bytes/octets';
import { decodeRequest } from '@sower/ctkip/decode';
import { DEPLOYED, RFC4758 } from '@sower/ctkip/dialect';
import { decodeTriggerRequest, dialectOf, MEDIA_TYPE_XML } from '@sower/ctkip/http';
import { parseLink } from '@sower/ctkip/links';
import { assertedDevice } from '@sower/ctkip/provisioning-data';
import { decodeSoapRequest, encodeSoapRequest } from '@sower/ctkip/soap';
import { fromBase32 } from '@sower/otp/base32';
import { ctfData } from '@sower/otp/ctf-link';
import { readSdtid, SDTID_LIMITS, type SdtidToken } from '@sower/otp/sdtid';
import { batchKeys, headerMac } from '@sower/otp/sdtid-keys';
import { sectionData } from '@sower/otp/sdtid-section';
import { writeSdtid } from '@sower/otp/sdtid-write';
import { readCertificate } from '@sower/server/keys/x509/certificate-reading';
import { child, readXml, type XmlElement } from '@sower/xml';
import { expect, test } from 'vitest';
import { cpu, runsOf, type Species, worstDocument, XML } from './worst-document.ts';

/** How many times a plain input of equal size the dearest may cost. */
const AT_MOST = 5;
const SIZE = 64_000;
const SEARCH = { seed: 4758, generations: 12, population: 12 } as const;

const COMMENT = '<!---->';
const CT_KIP = 'http://www.rsasecurity.com/rsalabs/otps/schemas/2005/12/ct-kip#';

/**
 * An ordinary ClientHello, as long as asked for by more algorithms than there are. The comment has the parser read it, as it reads whatever
 * is dear: that most clients' messages are scanned and cost a tenth makes the others no dearer (docs/decisions/0045).
 */
function plainHello(size: number): string {
  const head = `<ClientHello xmlns="${CT_KIP}" Version="1.0"><SupportedKeyTypes>`;
  const tail = '</SupportedKeyTypes></ClientHello>';
  const room = size - head.length - tail.length - COMMENT.length;
  const one = `<Algorithm>${CT_KIP}ct-kip-prf-aes</Algorithm>`;
  const filled = head + one.repeat(Math.floor(room / one.length)) + tail;
  return `${filled.padEnd(size - COMMENT.length, ' ')}${COMMENT}`;
}

function readSoap(envelope: Uint8Array): void {
  const soap = decodeSoapRequest(envelope);
  if (!soap.ok) return;
  decodeRequest(DEPLOYED, soap.request);
  assertedDevice(soap.provisioningData);
}

/** A message of this size in an envelope, as a client sends it. */
const enveloped = (request: string): Uint8Array =>
  utf8(
    encodeSoapRequest({ authData: '12345678', provisioningData: new Uint8Array(), request: utf8(request) }),
  );

type Input = {
  readonly size: number;
  readonly plain: string;
  readonly species: Species<unknown>;
  /** Makes what is sent of the text, outside the measured work. */
  readonly send?: (text: string) => Uint8Array;
  readonly read: (sent: Uint8Array, text: string) => void;
};

const runs = (...pieces: string[]): Species<unknown> => runsOf(pieces) as Species<unknown>;
const xml = XML as Species<unknown>;
const MARKUP = [
  '<',
  '>',
  '</',
  '<a',
  '<a>',
  '</a>',
  '<a ',
  ' ',
  'a',
  '-',
  ':',
  '<!--',
  '-->',
  '<?',
  '?>',
  '&',
  '"',
  '=',
];

const inputs: Record<string, Input> = {
  'a message': {
    size: SIZE,
    plain: plainHello(SIZE),
    species: xml,
    read: (sent) => decodeRequest(RFC4758, sent),
  },
  'an envelope': { size: SIZE, plain: plainHello(SIZE), species: xml, read: readSoap },
  'a message in an envelope': {
    size: 45_000,
    plain: plainHello(45_000),
    species: xml,
    send: enveloped,
    read: readSoap,
  },
  'a message in UTF-16': {
    size: 32_000,
    plain: plainHello(32_000),
    species: xml,
    send: (text) => Buffer.from(`\ufeff${text}`, 'utf16le').subarray(0, 65_536),
    read: (sent) => decodeRequest(RFC4758, sent),
  },
  ProvisioningData: {
    size: 8_000,
    plain: `<ProvisioningData>${'<Field>Some text</Field>'.repeat(331)}</ProvisioningData>`.padEnd(8_000),
    species: xml,
    read: (sent) => assertedDevice(sent),
  },
  'ProvisioningData that is no XML': {
    size: 8_000,
    plain: `<ProvisioningData>${'<Field>Some text</Field>'.repeat(331)}</ProvisioningDat`.padEnd(8_000),
    species: runs(...MARKUP),
    read: (sent) => assertedDevice(sent),
  },
  'what is nearly XML': {
    size: SIZE,
    plain: plainHello(SIZE),
    species: runs(
      ...MARKUP,
      '<a xmlns:b="c">',
      '<a b="c"',
      '<![CDATA[',
      ']]>',
      ']',
      '&#',
      '&lt;',
      ';',
      '\r',
      "'",
    ),
    read: (sent) => {
      decodeRequest(RFC4758, sent);
      dialectOf(MEDIA_TYPE_XML, sent);
    },
  },
  base64: {
    size: SIZE,
    plain: `${base64(new Uint8Array(47_000))}\n`.repeat(2).slice(0, SIZE),
    species: runs('A', 'AAAA', '=', '==', ' ', '\n', '\r\n', '+', '*', 'AAA='),
    read: (_, text) => fromBase64(text),
  },
  'a form': {
    size: 1_024,
    plain: new URLSearchParams({
      activationCode: '1'.repeat(100),
      deviceId: 'Ein schönes Gerät '.repeat(32),
    }).toString(),
    species: runs('a', 'activationCode=', '=', '&', '&a=', '%', '%41', '%ff', '+', 'b&'),
    read: (sent) => decodeTriggerRequest('application/x-www-form-urlencoded', sent),
  },
  'a link': {
    size: 2_048,
    plain: `com.rsa.securid://ctkip?scheme=https&url=host.example.com:443/${'path/'.repeat(400)}`.slice(
      0,
      2_048,
    ),
    species: runs(
      'https://',
      'x://ctkip?',
      'ctkip',
      '/',
      '?',
      '#',
      '&',
      '&amp;',
      '=',
      '=3D',
      '=\n',
      'url=',
      '%',
      '%41',
      'a',
      '.',
      ':',
    ),
    read: (_, text) => parseLink(text),
  },
};

test.each(Object.entries(inputs))(
  'the dearest input costs little more than a plain one: %s',
  (_, { size, plain, species, read, send = utf8 }) => {
    const cost = (text: string, readings: number): number => {
      const sent = send(text);
      // One reading of a small input is too short to be measured.
      const times = Math.ceil(16_000 / size);
      return cpu(() => {
        for (let i = 0; i < times; i += 1) read(sent, text);
      }, readings);
    };
    expect(plain.length).toBeGreaterThan(size * 0.9);
    expect(plain.length).toBeLessThanOrEqual(size);
    cost(plain, 30);
    const worst = worstDocument(species, (text) => cost(text, 3), { ...SEARCH, size });
    const [dear, ordinary] = [cost(worst.document, 30), cost(plain, 30)];
    expect(dear / ordinary, worst.document.slice(0, 2_000)).toBeLessThan(AT_MOST);
  },
);

const fresh = (count: number, part: (i: number) => string): string =>
  Array.from({ length: count }, (_, i) => part(i)).join('');

/** What once was dear, or would be if a limit or a way of keeping names were given up. */
const known: Record<string, string> = {
  'many prefixes, declared around many declarations': `<a${fresh(1_500, (i) => ` xmlns:a${i}="b"`)}>${'<b xmlns:c="d"/>'.repeat(1_000)}</a>`,
  'a long namespace in many attributes': `<a xmlns:b="${'c'.repeat(30_000)}"${fresh(3_000, (i) => ` b:a${i}=""`)}/>`,
  'prefixes declared far outside': `<p:a xmlns:p="b">${'<p:a>'.repeat(30)}${'<p:b p:c=""/>'.repeat(900)}${'</p:a>'.repeat(31)}`,
  depth: '<a>'.repeat(21_000),
  'one long name': `<${'a'.repeat(31_000)}></${'a'.repeat(31_000)}>`,
  comments: `<a>${'<!-- - - -->'.repeat(5_000)}</a>`,
  'halves of the end of a section': `<a><![CDATA[${']'.repeat(63_000)}]]></a>`,
};

test.each(Object.entries(known))('a document that once was dear: %s', (_, document) => {
  const sent = utf8(document);
  expect(sent.length).toBeLessThanOrEqual(65_536);
  const plain = utf8(plainHello(SIZE));
  const read = (octets: Uint8Array) => cpu(() => decodeRequest(RFC4758, octets), 20);
  read(plain);
  expect(read(sent) / read(plain)).toBeLessThan(AT_MOST);
});

/** Files that people import: what is measured, and what is plain for it. */
const imports: Record<string, () => { readonly dear: () => void; readonly plain: () => void }> = {
  'PEM blocks that begin and never end': () => {
    const read = (chain: string) => () => void readCertificate({ kind: 'pem', chain });
    const begin = '-----BEGIN CERTIFICATE-----\n';
    const dear = begin.repeat(1_700);
    return { dear: read(dear), plain: read(begin + 'A'.repeat(dear.length - begin.length)) };
  },
  'an sdtid header of many elements, searched for every token': () => {
    const tokens = Array.from({ length: 200 }, (_, i) => sdtidToken(i));
    const written = writeSdtid({ secret: new Uint8Array(16), tokens });
    if (!written.ok) throw new Error(written.reason);
    const within = (place: string) => {
      const filled = written.xml.replace(place, `${'<X/>'.repeat(20_000)}${place}`);
      const header = readXml(filled, SDTID_LIMITS);
      if (!header.ok) throw new Error(header.reason);
      const keys = batchKeys({ origin: 'N/A', dest: 'N/A', name: 'N/A', secret: new Uint8Array(16) });
      const mac = base64(headerMac(keys, sectionData(child(header.root, 'TKNHeader') as XmlElement)));
      const file = filled.replace(/<HeaderMAC>[^<]*</, `<HeaderMAC>${mac}<`);
      return () => expect(readSdtid(file).ok).toBe(true);
    };
    return { dear: within('<Version>'), plain: within('<TKNTrailer/>') };
  },
  'the padding of a base32 secret': () => ({
    dear: () => fromBase32(`${'='.repeat(60_000)}A`),
    plain: () => fromBase32('A'.repeat(60_001)),
  }),
  'full stops after a link': () => ({
    dear: () => void ctfData(`ctfData=${'.'.repeat(8_000)}A`),
    plain: () => void ctfData(`ctfData=${'A.'.repeat(4_000)}A`),
  }),
};

const sdtidToken = (i: number): SdtidToken => ({
  serial: String(100_000_000_000 + i),
  seed: new Uint8Array(16).fill(i),
  digits: 8,
  intervalSeconds: 60,
  addPin: false,
  localPin: false,
  birthDay: '2026-01-01',
  expiryDay: '2030-01-01',
  userFirstName: '',
  userLastName: '',
  userLogin: '',
  deviceSerialNumber: '',
  nickname: '',
});

test.each(Object.entries(imports))('a file that once was dear: %s', (_, prepare) => {
  const { dear, plain } = prepare();
  cpu(plain, 5);
  // What is short is read several times, so that it can be measured.
  const times = Math.ceil(1_000 / Math.max(1, cpu(plain, 3)));
  const cost = (read: () => void) =>
    cpu(() => {
      for (let i = 0; i < times; i += 1) read();
    }, 5);
  expect(cost(dear) / cost(plain)).toBeLessThan(AT_MOST);
});
