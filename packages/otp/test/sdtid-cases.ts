/** sdtid: portable cases. */
import { sha256 } from '@noble/hashes/sha2.js';
import { fromBase64 } from '@sower/bytes/base64';
import { readSdtid, SDTID_LIMITS, type SdtidToken } from '@sower/otp/sdtid';
import { batchKeys, passwordKey, tokenEncryptionKey, tokenMacKey } from '@sower/otp/sdtid-keys';
import { type SdtidElement, sectionData } from '@sower/otp/sdtid-section';
import { type SdtidBatch, writeSdtid } from '@sower/otp/sdtid-write';
import { child, readXml } from '@sower/xml';
import vectors from '../../../vectors/otp-sdtid.json' with { type: 'json' };
import { accepted, type Cases, equal, hex, unhex } from './assert.ts';

type Sample = {
  readonly name?: string;
  readonly password?: string;
  readonly replace: object;
  readonly token: object;
};

const sampleA = `${vectors.document.join('\n')}\n`;
const samples: readonly Sample[] = vectors.samples;

/** Sample A with the text of the named elements replaced. */
function documentOf(sample: { readonly replace: object }): string {
  let document = sampleA;
  for (const [name, text] of Object.entries(sample.replace)) document = replaced(document, name, text);
  return document;
}

function replaced(document: string, name: string, text: string): string {
  const pattern = new RegExp(`<${name}>[^<]*</${name}>`);
  if (!pattern.test(document)) throw new Error(`no ${name}`);
  return document.replace(pattern, () => `<${name}>${text}</${name}>`);
}

function tokenOf(sample: { readonly token: object }): SdtidToken {
  const token = sample.token as Omit<SdtidToken, 'seed'> & { readonly seed: string };
  return { ...token, seed: unhex(token.seed) };
}

const passwordOf = (sample: Sample): { password?: string } =>
  sample.password === undefined ? {} : { password: sample.password };

const read = (document: string, password?: string): ReturnType<typeof readSdtid> =>
  readSdtid(document, password === undefined ? {} : { password });

const reasonOf = (result: { readonly ok: boolean; readonly reason?: string }): string =>
  result.ok ? 'accepted' : String(result.reason);

const first = (): SdtidToken => tokenOf(samples[0]!);
const batch = (over: Partial<SdtidBatch>): SdtidBatch => ({
  secret: new Uint8Array(16).fill(7),
  tokens: [first()],
  ...over,
});

export const sdtidCases: Cases = {
  'sdtid keys: every row': () => {
    equal(vectors.keys.length, 5);
    for (const row of vectors.keys) {
      const { origin, dest, name, password } = row;
      const keys = batchKeys({ origin, dest, name, secret: fromBase64(row.secret)! }, password);
      equal(hex(passwordKey(password ?? origin, dest, name)), row.K0);
      equal(hex(keys.K1), row.K1);
      if (row.serial === undefined) continue;
      equal(hex(keys.batchMacKey), row.batchMacKey);
      equal(hex(tokenMacKey(keys, row.serial)), row.tokenMacKey);
      equal(hex(tokenEncryptionKey(keys, row.serial)), row.tokenEncKey);
    }
  },
  'sdtid sections: the bytes under the MACs': () => {
    const document = accepted(readXml(sampleA));
    equal(hex(sectionData(child(document.root, 'TKN')!)), vectors.sections.TKN);
    const header = sectionData(child(document.root, 'TKNHeader')!);
    equal(header.length, vectors.sections.headerLength);
    equal(hex(sha256(header)), vectors.sections.headerSha256);
  },
  'sdtid sections: an empty value names its end tag and is never realigned': () => {
    const leaf = (name: string, text: string): SdtidElement => ({ name, text, children: [] });
    const section = (...children: SdtidElement[]): SdtidElement => ({ name: 'T', text: '', children });
    const text = (element: SdtidElement): string =>
      new TextDecoder().decode(sectionData(element)).replaceAll('\0', '.');
    equal(text(section(leaf('A', ''))), 'T.A </A>\n');
    // 9 bytes, padded by 9 next time; 10 + 9 does not fit a block
    equal(text(section(leaf('A', ''), leaf('B', 'hello'))), 'T.A </A>\nT.B hello\n.........');
    // 6 + 9 fits a block, so the line starts over at the boundary, on top even of text
    equal(text(section(leaf('A', ''), leaf('B', '1'))), 'T.B 1\n.........');
    equal(text(section(leaf('A', ''), leaf('B', ''))), 'T.A </A>\nT.B </B>\n.........');
    // 9 + 6 would fit, but the value is empty
    equal(text(section(leaf('A', '1'), leaf('B', ''))), 'T.A 1\nT.B </B>\n......');
    equal(text(section(leaf('AMAC', 'x'))), '');
  },
  'sdtid: every sample, read': () => {
    equal(samples.length, 6);
    for (const sample of samples) {
      const result = accepted(readSdtid(documentOf(sample), passwordOf(sample)));
      equal(result.tokens, [tokenOf(sample)], sample.name ?? '');
    }
  },
  'sdtid: every sample, written byte for byte': () => {
    for (const sample of samples) {
      const { Origin, Dest, Name, Secret } = sample.replace as Record<string, string | undefined>;
      const written = accepted(
        writeSdtid({
          origin: Origin ?? 'N/A',
          dest: Dest ?? 'N/A',
          name: Name ?? 'N/A',
          secret: fromBase64(Secret ?? vectors.keys[0]!.secret)!,
          ...passwordOf(sample),
          range: { first: 'N/A', last: 'N/A', count: 0 },
          tokens: [tokenOf(sample)],
        }),
      );
      equal(written.xml, documentOf(sample), sample.name ?? '');
    }
  },
  'sdtid: short names start over at a block boundary, as stoken computes it': () => {
    const { alignment } = vectors;
    const extra = Object.entries(alignment.overrides).map(
      ([name, text]) => `    <${name}>${text}</${name}>\n`,
    );
    const document = documentOf(alignment).replace(
      '    <TokenAttributes>',
      `${extra.join('')}    <TokenAttributes>`,
    );
    equal(accepted(read(document)).tokens, [tokenOf(alignment)]);
    equal(reasonOf(read(replaced(document, 'AddPIN', '0'))), 'token-mac');
  },
  'sdtid: anything changed under a MAC is noticed': () => {
    equal(reasonOf(read(sampleA)), 'accepted');
    for (const name of ['Nickname', 'DeviceSerialNumber', 'UserLogin', 'Seed']) {
      const text = name === 'Seed' ? '=dSmAUnXvHAh7lIlaiqcs7w==' : 'changed';
      equal(reasonOf(read(replaced(sampleA, name, text))), 'token-mac', name);
    }
    equal(reasonOf(read(replaced(sampleA, 'SN', '000123456780'))), 'token-mac');
    for (const [name, text] of [
      ['DefDeath', '2038/12/31'],
      ['DefDigits', '6'],
      ['Origin', 'ACME'],
      ['Secret', 'AAAAAAAAAAAAAAAAAAAAAA=='],
      ['NumTokens', '1'],
    ] as const) {
      equal(reasonOf(read(replaced(sampleA, name, text))), 'header-mac', name);
    }
    const mac = sampleA.replace('r7y7AkCq0Jr4r/Y9M9KVHg==', 'r7y7AkCq0Jr4r/Y9M9KVHQ==');
    equal(reasonOf(read(mac)), 'token-mac');
  },
  'sdtid: the wrong password is refused, and a missing one': () => {
    const sample = samples.find((one) => one.name === 'D')!;
    const document = documentOf(sample);
    equal(reasonOf(read(document, sample.password)), 'accepted');
    equal(reasonOf(read(document, 'hunter3')), 'header-mac');
    equal(reasonOf(read(document)), 'header-mac');
    equal(reasonOf(read(sampleA, 'hunter2')), 'header-mac');
  },
  'sdtid: several tokens, each with its own settings': () => {
    const tokens: SdtidToken[] = [
      first(),
      { ...tokenOf(samples[1]!), userLogin: 'jdoe', nickname: 'Jö <&>\'s "phone"' },
      { ...tokenOf(samples[3]!), userFirstName: 'Jane', userLastName: 'Doe', deviceSerialNumber: 'abc' },
      { ...first(), serial: '000000000009', digits: 7, localPin: true },
    ];
    const { xml } = accepted(writeSdtid(batch({ tokens, password: 'pässword', name: 'Batch 9' })));
    equal(accepted(read(xml, 'pässword')).tokens, tokens);
    equal(reasonOf(read(xml.replace('Jane', 'Jana'), 'pässword')), 'token-mac');
    equal(xml.includes('<NumTokens>4</NumTokens>'), true);
    equal(
      xml.includes('    <Birth>2026/01/01</Birth>\n    <Death>2027/01/31</Death>\n    <AddPIN>1</AddPIN>\n'),
      true,
    );
  },
  'sdtid: ten tokens share one secret and no key': () => {
    const tokens = Array.from({ length: 10 }, (_, i) => ({ ...first(), serial: `00000000000${i}` }));
    const { xml } = accepted(writeSdtid(batch({ tokens })));
    const seeds = xml.match(/<Seed>[^<]*/g)!;
    // The first eight characters of these serial numbers agree, so the key must come from the rest.
    equal(new Set(seeds).size, 10);
    equal(accepted(read(xml)).tokens.length, 10);
  },
  'sdtid: what is no sdtid file': () => {
    const refusals: [string, string][] = [
      ['', 'not-xml'],
      ['<a>', 'not-xml'],
      ['<a/>', 'not-sdtid'],
      ['<TKNBatch/>', 'not-sdtid'],
      [`<!DOCTYPE a>${sampleA.slice(sampleA.indexOf('<TKNBatch>'))}`, 'not-xml'],
      [sampleA.replace('<TKNTrailer/>', ''), 'not-sdtid'],
      [sampleA.replace(/<TKN>[\s\S]*<\/TKN>/, ''), 'not-sdtid'],
      [sampleA.replace(/<Dest>.*/, ''), 'not-sdtid'],
      [sampleA.replace(/<HeaderMAC>.*/, ''), 'invalid-field'],
      [sampleA.replace(/<TokenMAC>.*/, ''), 'invalid-field'],
      [replaced(sampleA, 'Secret', 'AAAA'), 'invalid-field'],
      [replaced(sampleA, 'SN', '12345'), 'invalid-field'],
    ];
    for (const [document, reason] of refusals) equal(reasonOf(read(document)), reason, document.slice(0, 80));
    const limits = { ...SDTID_LIMITS, maxBytes: 100 };
    equal(reasonOf(readSdtid(sampleA, { limits })), 'not-xml');
  },
  'sdtid: what cannot be written is refused': () => {
    equal(reasonOf(writeSdtid(batch({}))), 'accepted');
    equal(reasonOf(writeSdtid(batch({ tokens: [] }))), 'no-tokens');
    equal(reasonOf(writeSdtid(batch({ secret: new Uint8Array(15) }))), 'invalid-secret');
    equal(reasonOf(writeSdtid(batch({ dest: 'a\u0000b' }))), 'invalid-text');
    equal(reasonOf(writeSdtid(batch({ tokens: [{ ...first(), nickname: '\ud800' }] }))), 'invalid-text');
    equal(reasonOf(writeSdtid(batch({ tokens: [{ ...first(), serial: '1' }] }))), 'invalid-token');
    equal(reasonOf(writeSdtid(batch({ tokens: [{ ...first(), birthDay: '2027-02-29' }] }))), 'invalid-token');
  },
};
