/** PSKC: portable cases. */
import { base64 } from '@sower/bytes/base64';
import { hotp } from '@sower/otp/hotp';
import { openPskc, PSKC_LIMITS, type PskcOpened, type PskcOptions, type PskcRecord } from '@sower/otp/pskc';
import { encryptCbc, openProtection, valueMac } from '@sower/otp/pskc-protection';
import type { PskcToken } from '@sower/otp/pskc-token';
import { type PskcWriterInput, type PskcWriterResult, pskcWriter } from '@sower/otp/pskc-write';
import { readTransferKey } from '@sower/otp/transfer-key';
import { readXml } from '@sower/xml';
import vectors from '../../../vectors/otp-pskc.json' with { type: 'json' };
import { accepted, type Cases, equal, hex, unhex } from './assert.ts';

const figure = (number: keyof typeof vectors.figures): string => vectors.figures[number].join('\n');
const key = unhex(vectors.key);
const secret = unhex(vectors.secret);
const { password } = vectors;
const macKey = unhex(vectors.macKey);

const opened = async (document: string, options?: PskcOptions): Promise<PskcOpened & { ok: true }> =>
  accepted(await openPskc(document, options));
const read = async (document: string, options?: PskcOptions): Promise<PskcRecord[]> => [
  ...(await opened(document, options)).records(),
];
/** `reason at` of the file or of each record; `accepted` for a good record. */
async function outcome(document: string, options?: PskcOptions): Promise<string> {
  const file = await openPskc(document, options);
  if (!file.ok) return `file: ${file.reason}`;
  return [...file.records()]
    .map((record) => (record.ok ? 'accepted' : `${record.reason} ${record.at}`))
    .join(', ');
}

/** The text with what it must contain replaced once. */
function replaced(document: string, from: string | RegExp, to: string): string {
  if (!(typeof from === 'string' ? document.includes(from) : from.test(document)))
    throw new Error(`nothing to replace: ${from}`);
  return document.replace(from, () => to);
}

const facts = {
  serial: '987654321',
  keyId: '12345678',
  seed: secret,
  digits: 8,
  manufacturer: 'Manufacturer',
  model: '',
  issueNumber: '',
  issuer: 'Issuer',
  friendlyName: '',
  deviceBinding: '',
  deviceUserId: '',
  userId: '',
  pin: 'none',
} as const;
const token: PskcToken = { ...facts, algorithm: 'hotp', hash: 'sha1', counter: 0 };
const many: PskcToken[] = [
  token,
  {
    ...facts,
    serial: 'ZZ-0001/b',
    keyId: '"1" & <2>',
    friendlyName: 'Jörg’s “token” <1>',
    model: 'c200',
    issueNumber: '7',
    deviceBinding: 'IMEI 1',
    deviceUserId: 'DC=example-bank,DC=net',
    userId: 'UID=jsmith',
    startTime: 1_146_441_600,
    expiryTime: 4_102_444_799,
    pin: 'local',
    algorithm: 'totp',
    hash: 'sha512',
    seed: Uint8Array.from({ length: 64 }, (_, i) => i),
    digits: 6,
    intervalSeconds: 60,
    driftIntervals: -3,
  },
  {
    ...facts,
    serial: '000123456789',
    algorithm: 'securid',
    seed: secret.subarray(0, 16),
    intervalSeconds: 60,
    driftIntervals: 1,
    pin: 'prepend',
  },
  { ...token, serial: '4', algorithm: 'hotp', hash: 'sha256', counter: Number.MAX_SAFE_INTEGER },
];

/** Octets that differ from call to call. */
function counting(): (length: number) => Uint8Array {
  let calls = 0;
  return (length) => {
    calls += 1;
    return Uint8Array.from({ length }, (_, i) => (calls + i * 7) % 256);
  };
}
async function written(
  tokens: readonly PskcToken[],
  input: Omit<PskcWriterInput, 'random'>,
): Promise<string> {
  const { writer } = accepted(await pskcWriter({ ...input, random: counting() }));
  return writer.head + tokens.map((one) => accepted(writer.record(one)).xml).join('') + writer.tail;
}

const NONE = { protection: { kind: 'none' } } as const;
const plainDocument = (tokens: readonly PskcToken[] = [token]): Promise<string> => written(tokens, NONE);
/** Figure 6 with a second record of another serial number. */
const two = (): string => {
  const document = figure('6');
  const record = /<KeyPackage>[\s\S]*<\/KeyPackage>/.exec(document)![0];
  return replaced(document, record, `${record}${replaced(record, '987654321', '987654322')}`);
};

const CIPHER_OF_MAC_KEY = 'ESIzRFVmd4iZABEiM0RVZgKn6WjLaTC1sbeBMSvIhRejN9vJa2BOlSaMrR7I5wSX';
const CIPHER_OF_SECRET = 'AAECAwQFBgcICQoLDA0OD+cIHItlB3Wra1DUpxVvOx2lef1VmNPCMl8jwZqIUqGv';
const MAC_OF_SECRET = 'Su+NvtQfmvfJzF6bmQiJqoLRExc=';

/** Figure 6 with another value as its secret, under its MAC key. */
const withSecret = (value: Uint8Array, mac = valueMac({ name: 'hmac-sha1', key: macKey }, value)): string =>
  replaced(replaced(figure('6'), CIPHER_OF_SECRET, base64(value)), MAC_OF_SECRET, base64(mac));
const ENCRYPTED_COUNTER = (octets: Uint8Array): string => {
  const value = encryptCbc(key, new Uint8Array(16), octets);
  const mac = valueMac({ name: 'hmac-sha1', key: macKey }, value);
  return `<EncryptedValue><xenc:EncryptionMethod Algorithm="http://www.w3.org/2001/04/xmlenc#aes128-cbc"/><xenc:CipherData><xenc:CipherValue>${base64(value)}</xenc:CipherValue></xenc:CipherData></EncryptedValue><ValueMAC>${base64(mac)}</ValueMAC>`;
};

export const pskcCases: Cases = {
  'pskc: the figures of RFC 6030': async () => {
    const hotpToken = { ...token, digits: 8 as const };
    equal(await read(figure('3')), [
      {
        ok: true,
        position: 1,
        serial: '987654321',
        token: {
          ...hotpToken,
          deviceUserId: 'DC=example-bank,DC=net',
          userId: 'UID=jsmith,DC=example-bank,DC=net',
        },
      },
    ]);
    const [pinned, pin] = await read(figure('5'));
    equal(pinned, { ok: true, position: 1, serial: '987654321', token: { ...hotpToken, pin: 'local' } });
    equal(pin, {
      ok: false,
      position: 2,
      serial: '987654321',
      reason: 'unsupported-algorithm',
      at: 'Algorithm',
    });
    equal(await read(figure('6'), { key }), [
      { ok: true, position: 1, serial: '987654321', token: hotpToken },
    ]);
    equal(await read(figure('7'), { password }), [
      {
        ok: true,
        position: 1,
        serial: '987654321',
        token: { ...hotpToken, keyId: '123456', manufacturer: 'TokenVendorAcme', issuer: 'Example-Issuer' },
      },
    ]);
    // A secret of four octets and no format; a reference instead of a secret; a certificate; a signature.
    equal(await outcome(figure('2')), 'missing-field ResponseFormat');
    equal(await outcome(figure('4')), 'missing-field Secret');
    equal(await outcome(figure('8'), { key }), 'file: unsupported-protection');
    equal(await outcome(figure('9')), 'file: signed');
    equal(await outcome(figure('9'), { acceptUnverifiedSignature: true }), 'accepted');
    // Two keys of one device, each for another month.
    equal(
      await outcome(figure('10')),
      'accepted, accepted, duplicate-serial SerialNo, duplicate-serial SerialNo',
    );
    const [first] = await read(figure('10'));
    if (!first?.ok) throw new Error('refused');
    equal([first.token.startTime, first.token.expiryTime], [1_146_441_600, 1_149_033_600]);
    equal(hotp({ key: first.token.seed, counter: 0, digits: 6 }), '755224');
  },
  'pskc: the keys that the RFC states': async () => {
    const protectionOf = async (number: '6' | '7') => {
      const { root } = accepted(readXml(figure(number), PSKC_LIMITS));
      return accepted(await openProtection(root, { key, password, maxIterations: 1000 })).protection;
    };
    const six = await protectionOf('6');
    equal([hex(six.key), hex(six.mac!.key)], [vectors.key, vectors.macKey]);
    const seven = await protectionOf('7');
    equal([hex(seven.key), hex(seven.mac!.key)], [vectors.derivedKey, vectors.derivedMacKey]);
  },
  'pskc: key wrap, plain and padded': async () => {
    equal(vectors.keyWrap.rows.length, 5);
    for (const row of vectors.keyWrap.rows) {
      const document = replaced(
        replaced(figure('6'), /<MACMethod[\s\S]*<\/MACMethod>/, ''),
        /<EncryptedValue>[\s\S]*<\/ValueMAC>/,
        `<EncryptedValue><xenc:EncryptionMethod Algorithm="${row.algorithm}"/><xenc:CipherData><xenc:CipherValue>${base64(unhex(row.wrapped))}</xenc:CipherValue></xenc:CipherData></EncryptedValue>`,
      );
      const [record] = await read(document, { key: unhex(row.key) });
      equal(record?.ok && hex(record.token.seed), row.secret, row.algorithm);
      equal(await outcome(document, { key: unhex(row.key).fill(1) }), 'file: wrong-key');
      equal(await outcome(document, { key: unhex(row.key).subarray(1) }), 'key-length Secret');
    }
  },
  'pskc: what privacyIDEA exports': async () => {
    equal(await read(vectors.privacyidea.document.join('\n'), { key }), [
      {
        ok: true,
        position: 1,
        serial: 'TOTP0001D5A2',
        token: {
          ...facts,
          serial: 'TOTP0001D5A2',
          keyId: 'TOTP0001D5A2',
          manufacturer: 'in a drawer',
          issuer: 'privacyIDEA',
          digits: 6,
          algorithm: 'totp',
          hash: 'sha256',
          intervalSeconds: 60,
          driftIntervals: -2,
        },
      },
    ]);
  },
  'pskc: a wrong or missing password or key': async () => {
    const wrong = Uint8Array.from(key, (octet) => octet ^ 1);
    equal(await outcome(figure('6')), 'file: key-needed');
    equal(await outcome(figure('6'), { password }), 'file: key-needed');
    equal(await outcome(figure('6'), { key: wrong }), 'file: wrong-key');
    equal(await outcome(figure('6'), { key: new Uint8Array(32) }), 'file: key-length');
    equal(await outcome(figure('7')), 'file: password-needed');
    equal(await outcome(figure('7'), { password: '' }), 'file: password-needed');
    // A key with it is taken for the one that a password was derived to.
    equal(await outcome(figure('7'), { key }), 'file: wrong-key');
    equal(await outcome(figure('7'), { key: unhex('00'.repeat(32)) }), 'file: key-length');
    equal(await outcome(figure('7'), { password: 'qwertz' }), 'file: wrong-key');
    equal(await outcome(figure('3'), { password }), 'file: not-encrypted');
    equal(await outcome(figure('3'), { key }), 'file: not-encrypted');
    // Without an EncryptionKey, the pre-shared key.
    const unnamed = replaced(figure('6'), /<EncryptionKey>[\s\S]*<\/EncryptionKey>/, '');
    equal(await outcome(unnamed), 'file: key-needed');
    equal(await outcome(unnamed, { key }), 'accepted');
  },
  'pskc: anything changed under a MAC is noticed before it is decrypted': async () => {
    for (const text of [CIPHER_OF_MAC_KEY, CIPHER_OF_SECRET, MAC_OF_SECRET]) {
      for (let at = 0; at < text.length - 2; at += 1) {
        const changed = `${text.slice(0, at)}${text[at] === 'A' ? 'B' : 'A'}${text.slice(at + 1)}`;
        equal(await outcome(replaced(figure('6'), text, changed), { key }), 'file: wrong-key', changed);
      }
    }
    const document = two();
    equal(await outcome(document, { key }), 'accepted, accepted');
    const last = document.lastIndexOf(CIPHER_OF_SECRET);
    const changed = `${document.slice(0, last)}B${document.slice(last + 1)}`;
    equal(await outcome(changed, { key }), 'accepted, integrity Secret');
  },
  'pskc: no padding tells a wrong key from a wrong MAC': async () => {
    const iv = unhex('11223344556677889900112233445566');
    for (let last = 0; last < 256; last += 1) {
      // The octet before the last block flips the padding count, whatever the key is.
      const value = encryptCbc(key, iv, macKey);
      value[31]! ^= last;
      const document = replaced(figure('6'), CIPHER_OF_MAC_KEY, base64(value));
      equal(await outcome(document, { key }), last === 0 ? 'accepted' : 'file: wrong-key', `${last}`);
    }
  },
  'pskc: a MAC key that was made short does not count': async () => {
    // One block whose last octet is 16: nothing is left of it, and anyone can compute MACs under an empty key.
    const none = encryptCbc(key, new Uint8Array(16), new Uint8Array(0));
    const forged = encryptCbc(key, new Uint8Array(16), new Uint8Array(20).fill(7));
    const mac = valueMac({ name: 'hmac-sha1', key: new Uint8Array(0) }, forged);
    const document = replaced(withSecret(forged, mac), CIPHER_OF_MAC_KEY, base64(none));
    equal(await outcome(document, { key }), 'file: wrong-key');
  },
  'pskc: encryption without a MAC, and no encryption where there should be': async () => {
    const unmarked = replaced(figure('6'), /<ValueMAC>[\s\S]*<\/ValueMAC>/, '');
    equal(await outcome(unmarked, { key }), 'mac-missing Secret');
    const noMethod = replaced(figure('6'), /<MACMethod[\s\S]*<\/MACMethod>/, '');
    equal(await outcome(noMethod, { key }), 'mac-missing Secret');
    const plain = `<PlainValue>${base64(secret)}</PlainValue>`;
    const encrypted = /<EncryptedValue>[\s\S]*<\/ValueMAC>/;
    equal(await outcome(replaced(figure('6'), encrypted, plain), { key }), 'unprotected-secret Secret');
    equal(
      await outcome(replaced(figure('6'), '<EncryptedValue>', `${plain}<EncryptedValue>`), { key }),
      'invalid-field Secret',
    );
    const marked = replaced(figure('3'), '</PlainValue>', '</PlainValue><ValueMAC>AAAA</ValueMAC>');
    equal(await outcome(marked), 'invalid-field ValueMAC');
    // Before the RFC, the encryption key served as MAC key.
    const value = encryptCbc(key, new Uint8Array(16), secret);
    const early = replaced(
      withSecret(value, valueMac({ name: 'hmac-sha1', key }, value)),
      /<MACKey>[\s\S]*<\/MACKey>/,
      '',
    );
    equal(await outcome(early, { key }), 'accepted');
  },
  'pskc: values that are authentic and wrong': async () => {
    const seal = (octets: Uint8Array): Uint8Array => encryptCbc(key, new Uint8Array(16), octets);
    equal(await outcome(withSecret(seal(secret)), { key }), 'accepted');
    const value = seal(secret);
    value[31]! ^= 0x80;
    equal(await outcome(withSecret(value), { key }), 'damaged Secret');
    equal(await outcome(withSecret(seal(secret).subarray(0, 16)), { key }), 'invalid-field Secret');
    equal(await outcome(withSecret(seal(secret).subarray(0, 40)), { key }), 'invalid-field Secret');
    equal(await outcome(withSecret(seal(new Uint8Array(20))), { key }), 'secret-zero Secret');
    equal(await outcome(withSecret(seal(secret.subarray(0, 15))), { key }), 'secret-length Secret');
    equal(await outcome(withSecret(seal(new Uint8Array(129).fill(1))), { key }), 'secret-length Secret');
    equal(await outcome(withSecret(seal(new Uint8Array(4096).fill(1))), { key }), 'invalid-field Secret');
  },
  'pskc: encrypted integers in each of the forms in use': async () => {
    const counterOf = async (octets: Uint8Array): Promise<unknown> => {
      const counter = /(<Counter>)[\s\S]*(<\/Counter>)/;
      const document = replaced(figure('6'), counter, `<Counter>${ENCRYPTED_COUNTER(octets)}</Counter>`);
      const [record] = await read(document, { key });
      return record?.ok ? record.token.algorithm === 'hotp' && record.token.counter : record?.at;
    };
    equal(await counterOf(unhex('00000102')), 258);
    equal(await counterOf(unhex('0000000000000102')), 258);
    equal(await counterOf(unhex('00')), 0);
    equal(await counterOf(unhex('0100')), 256);
    equal(await counterOf(new TextEncoder().encode('831791')), 831_791);
    equal(await counterOf(unhex('ffffffff')), 'Counter');
    equal(await counterOf(unhex('ffffffffffffffff')), 'Counter');
    equal(await counterOf(unhex('0020000000000000')), 'Counter');
    equal(await counterOf(unhex('010000000000000000')), 'Counter');
    equal(await counterOf(new Uint8Array(0)), 'Counter');
    const changed = replaced(
      replaced(
        figure('6'),
        /<Counter>[\s\S]*<\/Counter>/,
        `<Counter>${ENCRYPTED_COUNTER(unhex('00'))}</Counter>`,
      ),
      /<\/ValueMAC><\/Counter>/,
      '</ValueMAC><!-- --></Counter>',
    );
    equal(
      await outcome(replaced(changed, /<ValueMAC>.(?=[^<]*<\/ValueMAC><!--)/, '<ValueMAC>/'), { key }),
      'integrity Counter',
    );
  },
  'pskc: policies that cannot be honored are refused by name': async () => {
    const base = await plainDocument();
    const under = (policy: string): Promise<string> =>
      outcome(replaced(base, /<Policy>.*<\/Policy>/, `<Policy>${policy}</Policy>`));
    const pin = (attributes: string): string => `<PINPolicy ${attributes}/>`;
    for (const fine of [
      '',
      '<KeyUsage>OTP</KeyUsage>',
      '<KeyUsage>CR</KeyUsage><KeyUsage>OTP</KeyUsage>',
      pin('PINUsageMode="Local" MinLength="4" MaxFailedAttempts="3" PINKeyId="1" PINEncoding="ALPHANUMERIC"'),
      pin('PINUsageMode="Prepend" PINEncoding="DECIMAL"'),
    ]) {
      equal(await under(fine), 'accepted', fine);
    }
    for (const [policy, name] of [
      ['<NumberOfTransactions>5</NumberOfTransactions>', 'NumberOfTransactions'],
      ['<KeyUsage>CR</KeyUsage>', 'KeyUsage'],
      ['<KeyUsage>Verify</KeyUsage><KeyUsage>Unlock</KeyUsage>', 'KeyUsage'],
      ['<KeyUsage/>', 'KeyUsage'],
      [pin('PINUsageMode="Append"'), 'PINUsageMode'],
      [pin('PINUsageMode="Algorithmic"'), 'PINUsageMode'],
      [pin('MinLength="4"'), 'PINUsageMode'],
      [pin('PINUsageMode="Prepend" MinLength="4"'), 'MinLength'],
      [pin('PINUsageMode="Prepend" MaxLength="4"'), 'MaxLength'],
      [pin('PINUsageMode="Prepend" MaxFailedAttempts="4"'), 'MaxFailedAttempts'],
      [pin('PINUsageMode="Prepend" PINEncoding="BASE64"'), 'PINEncoding'],
      [pin('PINUsageMode="Local" OnWeekDaysOnly="true"'), 'OnWeekDaysOnly'],
      [pin('PINUsageMode="Local" xenc:Strict="true"'), 'Strict'],
      ['<PINPolicy PINUsageMode="Local"><Foo/></PINPolicy>', 'Foo'],
      ['<Weekday xmlns="urn:x">1</Weekday>', 'Weekday'],
      ['<Extensions/>', 'Extensions'],
    ] as const) {
      equal(await under(policy), `policy ${name}`, policy);
    }
  },
  'pskc: dates of the device and of the policy, the stricter of each': async () => {
    const base = await plainDocument();
    const dates = async (device: string, policy: string): Promise<unknown> => {
      const [record] = await read(
        replaced(
          replaced(base, '</DeviceInfo>', `${device}</DeviceInfo>`),
          /<Policy>.*<\/Policy>/,
          `<Policy>${policy}</Policy>`,
        ),
      );
      return record?.ok ? [record.token.startTime, record.token.expiryTime] : record?.at;
    };
    const start = (text: string): string => `<StartDate>${text}</StartDate>`;
    const end = (text: string): string => `<ExpiryDate>${text}</ExpiryDate>`;
    equal(await dates(start('2026-01-02T00:00:00Z'), start('2026-01-01T00:00:00Z')), [
      1_767_312_000,
      undefined,
    ]);
    equal(await dates(end('2026-01-02T00:00:00Z'), end('2026-01-01T00:00:00Z')), [undefined, 1_767_225_600]);
    equal(await dates(end('2026-01-01T02:30:00.5+02:30'), ''), [undefined, 1_767_225_600]);
    equal(await dates(end('2025-12-31T22:00:00-02:00'), ''), [undefined, 1_767_225_600]);
    equal(await dates(end('2026-01-01T00:00:00'), ''), [undefined, 1_767_225_600]);
    for (const bad of [
      '2026-02-29T00:00:00Z',
      '2026-01-01',
      '2026-01-01T24:00:00Z',
      'soon',
      '',
      '2026-01-01T00:00:00+15:00',
    ])
      equal(await dates(end(bad), ''), 'ExpiryDate', bad);
    equal(await dates('', start('2026-01-02T00:00:00Z') + end('2026-01-01T00:00:00Z')), 'ExpiryDate');
  },
  'pskc: fields of a record': async () => {
    const totp = many[1]!;
    const base = await plainDocument([{ ...totp, serial: '1' }]);
    const securid = await plainDocument([many[2]!]);
    const counter = await plainDocument();
    const refusals: [string, string | RegExp, string, string][] = [
      [base, 'pskc:totp', 'pskc:ocra', 'unsupported-algorithm Algorithm'],
      [base, / Algorithm="urn[^"]*"/, '', 'unsupported-algorithm Algorithm'],
      [base, 'HMAC-SHA512', 'HMAC-MD5', 'unsupported-suite Suite'],
      [base, 'HMAC-SHA512', 'constructor', 'unsupported-suite Suite'],
      [base, '<Time><PlainValue>0<', '<Time><PlainValue>7<', 'unsupported-time Time'],
      [base, '<PlainValue>60<', '<PlainValue>0<', 'invalid-field TimeInterval'],
      [base, '<PlainValue>60<', '<PlainValue>86401<', 'invalid-field TimeInterval'],
      [base, '<PlainValue>60<', '<PlainValue>6e1<', 'invalid-field TimeInterval'],
      [base, '<PlainValue>-3<', '<PlainValue>-90000<', 'invalid-field TimeDrift'],
      [base, 'Encoding="DECIMAL"', 'Encoding="HEXADECIMAL"', 'invalid-field Encoding'],
      [base, 'Encoding="DECIMAL"', 'Encoding="DECIMAL" CheckDigits="true"', 'invalid-field CheckDigits'],
      [base, 'Length="6"', 'Length="9"', 'invalid-field Length'],
      [base, 'Length="6"', 'Length="06"', 'invalid-field Length'],
      [base, /<ResponseFormat[^>]*>/, '', 'missing-field ResponseFormat'],
      [base, /<Secret>.*<\/Secret>/, '', 'missing-field Secret'],
      [base, /<Secret>.*<\/Secret>/, '<Secret/>', 'missing-field Secret'],
      [base, /<Key .*<\/Key>/, '', 'missing-field Key'],
      [base, '<SerialNo>1<', `<SerialNo>${'1'.repeat(65)}<`, 'invalid-field SerialNo'],
      [base, '<SerialNo>1<', '<SerialNo>1\u202e2<', 'invalid-field SerialNo'],
      [base, '<Issuer>Issuer<', `<Issuer>${'x'.repeat(1025)}<`, 'invalid-field Issuer'],
      [base, '</Secret>', '</Secret><Secret/>', 'invalid-field Secret'],
      [base, '</DeviceInfo>', '<serialno>2</serialno></DeviceInfo>', 'invalid-field serialno'],
      [base, /<PlainValue>[^<]*/, '<PlainValue>not base64', 'invalid-field Secret'],
      [base, /<PlainValue>[^<]*/, `<PlainValue>${'A'.repeat(100_000)}`, 'invalid-field Secret'],
      [securid, '000123456789', '12345', 'invalid-field SerialNo'],
      [securid, '<PlainValue>60<', '<PlainValue>45<', 'invalid-field TimeInterval'],
      [securid, /<TimeInterval>.*<\/TimeInterval>/, '', 'invalid-field TimeInterval'],
      [
        securid,
        '</Data>',
        '<Counter><PlainValue>0</PlainValue></Counter></Data>',
        'unsupported-algorithm Counter',
      ],
      [securid, /<PlainValue>[^<]*/, `<PlainValue>${base64(secret)}`, 'secret-length Secret'],
      [counter, '<PlainValue>0<', '<PlainValue>-1<', 'invalid-field Counter'],
      [counter, '<PlainValue>0<', '<PlainValue>9007199254740993<', 'invalid-field Counter'],
      [counter, /<PlainValue>[^<]*/, `<PlainValue>${base64(new Uint8Array(20))}`, 'secret-zero Secret'],
      [counter, /<PlainValue>[^<]*/, '<PlainValue>MTIzNA==', 'secret-length Secret'],
      [counter, /<SerialNo>[^<]*<\/SerialNo>/, '', 'accepted'],
      [replaced(counter, /<SerialNo>[^<]*<\/SerialNo>/, ''), / Id="[^"]*"/, '', 'invalid-field SerialNo'],
      [base, /<TimeInterval>.*<\/TimeInterval>/, '', 'accepted'],
      [base, /<Suite>.*<\/Suite>/, '', 'accepted'],
      [base, ':pskc:totp', ':pskc#TOTP', 'accepted'],
    ];
    for (const [document, from, to, reason] of refusals)
      equal(await outcome(replaced(document, from, to)), reason, `${from} to ${to.slice(0, 80)}`);
    const [bare] = await read(replaced(counter, /<SerialNo>[^<]*<\/SerialNo>/, ''));
    equal(bare?.serial, '12345678');
  },
  'pskc: two records with one serial number are both refused': async () => {
    const same = (a: string, b: string): Promise<string> =>
      plainDocument([
        { ...token, serial: a },
        { ...token, serial: 'other' },
        { ...token, serial: b },
      ]);
    const duplicate = 'duplicate-serial SerialNo';
    equal(await outcome(await same('abc', 'abc')), `${duplicate}, accepted, ${duplicate}`);
    equal(await outcome(await same('abc', 'ABC')), `${duplicate}, accepted, ${duplicate}`);
    equal(await outcome(await same('abc', 'abd')), 'accepted, accepted, accepted');
  },
  'pskc: what is no PSKC file, or more than one should read': async () => {
    const base = figure('3');
    const root = base.slice(base.indexOf('<KeyContainer'));
    const refusals: [string, string][] = [
      ['', 'not-xml'],
      ['<KeyContainer', 'not-xml'],
      [base.slice(0, 700), 'not-xml'],
      [`<!DOCTYPE KeyContainer>${root}`, 'not-xml'],
      [`<!DOCTYPE a [<!ENTITY x "y">]>${replaced(root, 'Issuer<', '&x;<')}`, 'not-xml'],
      [replaced(root, 'Issuer<', '&x;<'), 'not-xml'],
      ['<a/>', 'not-pskc'],
      [replaced(base, 'keyprov:pskc"', 'keyprov:pskc:1.0"'), 'not-pskc'],
      ['<KeyContainer Version="1.0" xmlns="urn:ietf:params:xml:ns:keyprov:pskc"/>', 'not-pskc'],
      [replaced(base, 'Version="1.0"\n', 'Version="2.0"\n'), 'unsupported-version'],
      [replaced(base, 'Version="1.0"\n', '\n'), 'unsupported-version'],
      [replaced(figure('6'), '</EncryptionKey>', '</EncryptionKey><EncryptionKey/>'), 'invalid-field'],
      [replaced(figure('7'), '</Salt>', '</Salt><Salt/>'), 'invalid-field'],
      [replaced(figure('7'), 'Ej7/PEpyEpw=', ''), 'invalid-field'],
      [replaced(figure('7'), '>1000<', '>0<'), 'invalid-field'],
      [replaced(figure('7'), '>1000<', '>-1<'), 'invalid-field'],
      [replaced(figure('7'), '>1000<', '>2000001<'), 'too-many-iterations'],
      [replaced(figure('7'), '>1000<', `>${'9'.repeat(400)}<`), 'too-many-iterations'],
      [replaced(figure('7'), '>16<', '>1000000<'), 'invalid-field'],
      [replaced(figure('7'), '>16<', '>32<'), 'key-length'],
      [replaced(figure('7'), '<PRF/>', '<PRF Algorithm="http://x#hmac-md5"/>'), 'unsupported-protection'],
      [replaced(figure('7'), '5v2-0#pbkdf2', '5v2-0#pbkdf1'), 'unsupported-protection'],
      [replaced(figure('7'), '#hmac-sha1', '#hmac-md5'), 'unsupported-mac'],
      [replaced(figure('7'), '#hmac-sha1', '#toString'), 'unsupported-mac'],
      [replaced(figure('7'), '#aes128-cbc', '#tripledes-cbc'), 'unsupported-encryption'],
      [
        replaced(figure('6'), /<MACKey>[\s\S]*<\/MACKey>/, '<MACKeyReference>1</MACKeyReference>'),
        'unsupported-protection',
      ],
    ];
    for (const [document, reason] of refusals) {
      const file = await openPskc(document, { key, password });
      equal(file.ok ? 'accepted' : file.reason, reason, document.slice(0, 700));
    }
    const bound = { maxIterations: 999, password };
    equal(await outcome(figure('7'), bound), 'file: too-many-iterations');
    equal(await outcome(base, { limits: { ...PSKC_LIMITS, maxBytes: 100 } }), 'file: not-xml');
    equal(await outcome(`\ufeff${base}`), 'accepted');
  },
  'pskc: what is written reads back': async () => {
    const protections: [Omit<PskcWriterInput, 'random'>, PskcOptions][] = [
      [NONE, {}],
      ...[16, 24, 32].flatMap((length): [Omit<PskcWriterInput, 'random'>, PskcOptions][] => {
        const shared = new Uint8Array(length).fill(9);
        return (['sha1', 'sha256'] as const).map((hash) => [
          { protection: { kind: 'key', key: shared, name: 'a & b' }, hash },
          { key: shared },
        ]);
      }),
      ...(['sha1', 'sha256'] as const).map((hash): [Omit<PskcWriterInput, 'random'>, PskcOptions] => [
        { protection: { kind: 'password', password: 'pässword', iterations: 1_000 }, hash },
        { password: 'pässword' },
      ]),
    ];
    equal(protections.length, 9);
    for (const [input, options] of protections) {
      const document = await written(many, input);
      equal((await opened(document, options)).encrypted, input.protection.kind !== 'none');
      const tokens = (await read(document, options)).map((record) => accepted(record).token);
      equal(tokens, many, JSON.stringify(input));
      for (const { seed } of input.protection.kind === 'none' ? [] : many)
        equal(document.includes(base64(seed)), false, 'a seed in the clear');
    }
  },
  'pskc: a file encrypted to a transfer key': async () => {
    const pair = async () => {
      const made = await crypto.subtle.generateKey(
        {
          ...{ name: 'RSA-OAEP', hash: 'SHA-256', modulusLength: 3_072 },
          publicExponent: Uint8Array.of(1, 0, 1),
        },
        true,
        ['encrypt', 'decrypt'],
      );
      const spki = new Uint8Array(await crypto.subtle.exportKey('spki', made.publicKey));
      const pkcs8 = new Uint8Array(await crypto.subtle.exportKey('pkcs8', made.privateKey));
      const pem = `-----BEGIN PUBLIC KEY-----\n${base64(spki).replace(/.{64}/g, '$&\n')}\n-----END PUBLIC KEY-----\n`;
      const { key: to } = accepted(readTransferKey(pem));
      const options: PskcOptions = { transferKey: async () => ({ fingerprint: to.fingerprint, pkcs8 }) };
      return { to, options };
    };
    const [own, other] = [await pair(), await pair()];
    const document = await written(many, { protection: { kind: 'transfer-key', to: own.to } });
    equal(
      (await read(document, own.options)).map((record) => accepted(record).token),
      many,
    );
    for (const { seed } of many) equal(document.includes(base64(seed)), false, 'a seed in the clear');
    equal(await openPskc(document, other.options), {
      ...{ ok: false, reason: 'for-another', at: own.to.fingerprint },
    });
    equal(await outcome(document), 'file: unsupported-protection');
    const renamed = replaced(document, own.to.fingerprint, other.to.fingerprint);
    equal(await outcome(renamed, other.options), 'file: wrong-key');
    const changed = (what: RegExp, to: string) => outcome(replaced(document, what, to), own.options);
    equal(await changed(/rsa-oaep"/, 'rsa-oaep-mgf1p"'), 'file: unsupported-protection');
    equal(await changed(/mgf1sha256/, 'mgf1sha1'), 'file: unsupported-protection');
    equal(await changed(/xmlenc#sha256"/, 'xmlenc#sha512"'), 'file: unsupported-protection');
    equal(await changed(/<xenc:CipherValue>..../, '<xenc:CipherValue>'), 'file: wrong-key');
    equal(await changed(/<EncryptionKey>/, '<EncryptionKey><xenc11:DerivedKey/>'), 'file: invalid-field');
    const twoMacs = /<ValueMAC>.{8}/g;
    equal(await outcome(document.replaceAll(twoMacs, '<ValueMAC>AAAAAAAA'), own.options), 'file: wrong-key');
  },
  'pskc: each value is encrypted with its own initialization vector': async () => {
    const tokens = Array.from({ length: 20 }, (_, i) => ({ ...token, serial: String(i) }));
    const document = await written(tokens, { protection: { kind: 'key', key } });
    const values = document.match(/<xenc:CipherValue>.{22}/g)!;
    equal([values.length, new Set(values).size], [21, 21]);
  },
  'pskc: what cannot be written is refused': async () => {
    const random = counting();
    const reasonOf = (result: PskcWriterResult): string => (result.ok ? 'accepted' : result.reason);
    const under = async (protection: PskcWriterInput['protection']): Promise<string> =>
      reasonOf(await pskcWriter({ protection, random }));
    equal(await under({ kind: 'key', key: new Uint8Array(20) }), 'invalid-key');
    equal(await under({ kind: 'key', key, name: 'a\u0000' }), 'invalid-text');
    equal(await under({ kind: 'password', password: '' }), 'invalid-password');
    equal(await under({ kind: 'password', password: '\ud800' }), 'invalid-password');
    equal(await under({ kind: 'password', password, iterations: 999 }), 'invalid-iterations');
    equal(await under({ kind: 'password', password, iterations: 2_000_001 }), 'invalid-iterations');
    const { writer } = accepted(await pskcWriter({ ...NONE, random }));
    const refusal = (over: object): string => {
      const record = writer.record({ ...token, ...over } as PskcToken);
      return record.ok ? 'accepted' : `${record.reason} ${record.at}`;
    };
    equal(refusal({}), 'accepted');
    equal(refusal({ serial: '' }), 'invalid-token SerialNo');
    equal(refusal({ seed: secret.subarray(5) }), 'invalid-token Secret');
    equal(refusal({ seed: new Uint8Array(20) }), 'invalid-token Secret');
    equal(refusal({ digits: 5 }), 'invalid-token ResponseFormat');
    equal(refusal({ counter: -1 }), 'invalid-token Counter');
    equal(refusal({ startTime: 0.5 }), 'invalid-token StartDate');
    equal(refusal({ expiryTime: 1e15 }), 'invalid-token ExpiryDate');
    equal(refusal({ userId: 'a\u0000' }), 'invalid-text userId');
  },
};
