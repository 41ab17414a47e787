/** Files of tokens as other programs write them. */
import { createCipheriv, createHmac, generateKeyPairSync, randomBytes } from 'node:crypto';
import { pskcWriter } from '@sower/otp/pskc-write';

const random = (length: number): Uint8Array => new Uint8Array(randomBytes(length));

/** As privacyIDEA encrypts its export. @returns the file, and its key in Base64 for URLs */
export function fernetFile(text: string): { readonly file: string; readonly key: string } {
  const [signing, encryption, iv] = [random(16), random(16), random(16)];
  const cipher = createCipheriv('aes-128-cbc', encryption, iv);
  const body = Buffer.concat([cipher.update(text), cipher.final()]);
  const signed = Buffer.concat([Buffer.from([0x80]), Buffer.alloc(8), iv, body]);
  const mac = createHmac('sha256', signing).update(signed).digest();
  const file = Buffer.concat([signed, mac]).toString('base64url');
  return {
    file: file.padEnd(Math.ceil(file.length / 4) * 4, '='),
    key: Buffer.concat([signing, encryption]).toString('base64url'),
  };
}

/** A transfer key as another installation shows it. */
export function pemOfNewKey(bits = 3_072): string {
  const { publicKey } = generateKeyPairSync('rsa', { modulusLength: bits });
  return publicKey.export({ format: 'pem', type: 'spki' }) as string;
}

export const PSKC_FACTS = {
  keyId: '',
  manufacturer: 'Acme',
  model: 'fob',
  issueNumber: '',
  issuer: '',
  friendlyName: '',
  deviceBinding: '',
  deviceUserId: '',
  pin: 'none',
} as const;

type Made = Extract<Awaited<ReturnType<typeof pskcWriter>>, { ok: true }>['writer'];

export async function pskcFile(
  protection: Parameters<typeof pskcWriter>[0]['protection'],
  tokens: readonly Parameters<Made['record']>[0][],
): Promise<string> {
  const made = await pskcWriter({ protection, random });
  if (!made.ok) throw new Error(made.reason);
  const records = tokens.map((token) => {
    const record = made.writer.record(token);
    if (!record.ok) throw new Error(record.reason);
    return record.xml;
  });
  return made.writer.head + records.join('') + made.writer.tail;
}
