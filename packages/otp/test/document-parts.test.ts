/** A long document in parts: each is opened by the reader of its format, and together they have what the document has. */
import { documentParts, pskcKeyOf, serialsOfDocument } from '@sower/otp/document-parts';
import { openPskc, type PskcRecord } from '@sower/otp/pskc';
import { pskcWriter } from '@sower/otp/pskc-write';
import { readSdtid } from '@sower/otp/sdtid';
import { writeSdtid } from '@sower/otp/sdtid-write';
import { expect, test } from 'vitest';
import { accepted } from './assert.ts';

const COUNT = 500;
let used = 0;
const random = (length: number): Uint8Array => Uint8Array.from({ length }, () => (used++ * 151) % 256);

async function* octetsOf(text: string): AsyncGenerator<Uint8Array> {
  const octets = new TextEncoder().encode(text);
  for (let at = 0; at < octets.length; at += 5_000) yield octets.subarray(at, at + 5_000);
}
async function partsOf(text: string, format: 'pskc' | 'sdtid') {
  const parts = [];
  for await (const part of documentParts(octetsOf(text), format)) parts.push(part);
  return parts;
}

const sdtid = (): string =>
  accepted(
    writeSdtid({
      secret: random(16),
      password: 'secret',
      name: 'Batch & <more>',
      tokens: Array.from({ length: COUNT }, (_, at) => ({
        ...{ serial: String(100_000_000_000 + at), seed: random(16), digits: at % 2 ? 6 : 8 },
        ...{ intervalSeconds: 60, addPin: true, localPin: false, birthDay: '2020-01-01' },
        ...{ expiryDay: '2030-01-01', userFirstName: '\u00c4da', userLastName: '', userLogin: `user${at}` },
        ...{ deviceSerialNumber: '', nickname: 'a & b' },
      })),
    }),
  ).xml;

async function pskc(): Promise<string> {
  const { writer } = accepted(
    await pskcWriter({ protection: { kind: 'password', password: 'secret', iterations: 1_000 }, random }),
  );
  const records = Array.from(
    { length: COUNT },
    (_, at) =>
      accepted(
        writer.record({
          ...{
            serial: `S-${at}`,
            keyId: `K-${at}`,
            seed: random(20),
            digits: 6,
            manufacturer: '',
            model: '',
          },
          ...{ issueNumber: '', issuer: '', friendlyName: '', deviceBinding: '', deviceUserId: '' },
          ...{ userId: 'ada', pin: 'none', algorithm: 'hotp', hash: 'sha1', counter: at },
        }),
      ).xml,
  );
  return `${writer.head}${records.join('')}${writer.tail}`;
}

test('sdtid: each part is a file whose MACs are right, and together they are the batch', async () => {
  const text = sdtid();
  const parts = await partsOf(text, 'sdtid');
  expect(parts.length).toBeGreaterThan(2);
  const read = parts.map((part) => accepted(readSdtid(part.text, { password: 'secret' })).tokens);
  expect(read.flat()).toEqual(accepted(readSdtid(text, { password: 'secret' })).tokens);
  let line = 1;
  for (const [at, part] of parts.entries()) {
    expect(part).toMatchObject({ line, count: read[at]?.length });
    expect(serialsOfDocument(part.text, 'sdtid')).toEqual(read[at]?.map(({ serial }) => serial));
    line += part.count;
    expect(part.text.length).toBeLessThan(85_000);
  }
  expect(await partsOf(text, 'sdtid')).toEqual(parts);
});

test('PSKC: the key of a password is derived once, and opens each part', async () => {
  const text = await pskc();
  const parts = await partsOf(text, 'pskc');
  expect(parts.length).toBeGreaterThan(2);
  const key = await pskcKeyOf(parts[0]?.text ?? '', 'secret');
  const records: PskcRecord[] = [];
  for (const part of parts) {
    const opened = accepted(await openPskc(part.text, { key: key as Uint8Array }));
    for (const record of opened.records())
      records.push({ ...record, position: record.position + part.line - 1 });
    expect(serialsOfDocument(part.text, 'pskc')).toHaveLength(part.count);
  }
  const whole = accepted(await openPskc(text, { password: 'secret' }));
  expect(records).toEqual([...whole.records()]);
  const wrong = await pskcKeyOf(parts[0]?.text ?? '', 'wrong');
  expect(await openPskc(parts[0]?.text ?? '', { key: wrong as Uint8Array })).toMatchObject({
    ok: false,
    reason: 'wrong-key',
  });
});

test('once a part was opened, a changed secret is that record’s matter, even if it is the first of a part', async () => {
  const [, second] = await partsOf(await pskc(), 'pskc');
  const changed = (second?.text ?? '').replace(/<ValueMAC>..../, '<ValueMAC>AAAA');
  expect(await openPskc(changed, { password: 'secret' })).toMatchObject({ reason: 'wrong-key' });
  const opened = accepted(await openPskc(changed, { password: 'secret', keysProven: true }));
  const refused = [...opened.records()].filter(({ ok }) => !ok);
  expect(refused).toMatchObject([{ position: 1, reason: 'integrity' }]);
});

/** What of a document has come as parts before it is refused. */
async function taken(text: string, format: 'pskc' | 'sdtid'): Promise<{ parts: number; reason: string }> {
  let parts = 0;
  try {
    for await (const _ of documentParts(octetsOf(text), format)) parts += 1;
  } catch (error) {
    return { parts, reason: (error as Error).message };
  }
  return { parts, reason: 'none' };
}

test('what is cut, or stands where it may not, is refused before the last part', async () => {
  const [batch, container] = [sdtid(), await pskc()];
  const all = (await partsOf(batch, 'sdtid')).length;
  const middle = (text: string, inserted: string, behind: string): string => {
    const at = text.indexOf(behind, text.length / 2) + behind.length;
    return text.slice(0, at) + inserted + text.slice(at);
  };
  const cut = await taken(batch.slice(0, batch.length / 2), 'sdtid');
  expect(cut.reason).toContain('unclosed');
  expect(cut.parts).toBeLessThan(all);
  expect((await taken(batch.slice(0, batch.lastIndexOf('<TKNTrailer')), 'sdtid')).parts).toBeLessThan(all);
  for (const [text, format, reason] of [
    [middle(batch, '&x;', '</TKN>'), 'sdtid', 'entity'],
    [middle(batch, '<!DOCTYPE a>', '</TKN>'), 'sdtid', 'doctype'],
    [middle(batch, '<TKNTrailer/>', '</TKN>'), 'sdtid', 'TKN comes after the end'],
    [middle(batch, '<TKNHeader/>', '</TKN>'), 'sdtid', 'TKNHeader comes after the records'],
    [middle(container, '<MACMethod/>', '</KeyPackage>'), 'pskc', 'MACMethod comes after the records'],
    [middle(container, '<EncryptionKey/>', '</KeyPackage>'), 'pskc', 'EncryptionKey comes after the records'],
    [middle(container, `<x>${'x'.repeat(70_000)}</x>`, '</KeyPackage>'), 'pskc', 'too long'],
    [container.replace('<KeyPackage>', `<x>${'x'.repeat(20_000)}</x><KeyPackage>`), 'pskc', 'x is too long'],
    ['<html><body/></html>', 'pskc', 'no records'],
    ['<html/>', 'pskc', 'no records'],
  ] as const) {
    const { reason: found } = await taken(text, format);
    expect(found).toContain(reason);
  }
});

test('a signature behind the records is seen by the reader of the last part', async () => {
  const text = (await pskc()).replace('</KeyContainer>', '<ds:Signature>x</ds:Signature></KeyContainer>');
  const parts = await partsOf(text, 'pskc');
  expect(await openPskc(parts.at(-1)?.text ?? '', { password: 'secret' })).toMatchObject({
    reason: 'signed',
  });
});
