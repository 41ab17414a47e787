/**
 * S/MIME (RFC 8551): signs a MIME entity, and encrypts it with a certificate. The structures are CMS (RFC 5652), by pkijs; the keys are
 * WebCrypto's. Signatures use SHA-256; encryption uses AES-256-CBC, which every mail program supports, with RSAES-OAEP and SHA-256.
 */

import { createPublicKey, webcrypto, X509Certificate } from 'node:crypto';
import { type Text, text } from '@sower/texts/outcomes';
import { base64Lines } from '../../smtp/message.ts';
import { readPkcs8 } from '../private-key.ts';
import { asn1js, pkijs } from './asn1.later.ts';
import { findingText } from './certificate-findings.ts';
import { Unreadable } from './password-based.ts';
import { readPkcs12 } from './pkcs12.ts';

export type SigningIdentity = {
  /** PKCS#8, DER. */
  readonly privateKey: Uint8Array;
  /** For the key first, then its issuers; PEM. */
  readonly chain: readonly string[];
};

const CRLF = '\r\n';
const BOUNDARY = '=_sower-signed';

const engine = (): pkijs.CryptoEngine => new pkijs.CryptoEngine({ name: 'node', crypto: globalThis.crypto });

const octetsOf = (data: Uint8Array): ArrayBuffer => new Uint8Array(data).buffer;

function derOf(pem: string): Uint8Array {
  return Buffer.from(pem.replace(/-----[^-]+-----/g, ''), 'base64');
}

const certificateOf = (pem: string): pkijs.Certificate => pkijs.Certificate.fromBER(octetsOf(derOf(pem)));

/** @throws if the kind of key is not supported: refused when the identity is uploaded */
async function importSigningKey(privateKey: Uint8Array): Promise<CryptoKey> {
  for (const algorithm of [
    { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' },
    { name: 'ECDSA', namedCurve: 'P-256' },
    { name: 'ECDSA', namedCurve: 'P-384' },
  ]) {
    try {
      return (await webcrypto.subtle.importKey('pkcs8', octetsOf(privateKey), algorithm, false, [
        'sign',
      ])) as CryptoKey;
    } catch {
      // Another kind; try the next one.
    }
  }
  throw new Error('the key is neither RSA nor ECDSA on P-256 or P-384');
}

/** `multipart/signed`: programs that cannot verify it can still show it. */
export async function signEntity(
  entity: Uint8Array,
  identity: SigningIdentity,
  at: number,
): Promise<Uint8Array> {
  const crypto = engine();
  const certificates = identity.chain.map(certificateOf);
  const [own] = certificates as [pkijs.Certificate];
  const digest = await webcrypto.subtle.digest('SHA-256', octetsOf(entity));
  const attribute = (type: string, value: asn1js.AsnType): pkijs.Attribute =>
    new pkijs.Attribute({ type, values: [value] });
  const signed = new pkijs.SignedData({
    version: 1,
    encapContentInfo: new pkijs.EncapsulatedContentInfo({ eContentType: pkijs.ContentInfo.DATA }),
    signerInfos: [
      new pkijs.SignerInfo({
        version: 1,
        sid: new pkijs.IssuerAndSerialNumber({ issuer: own.issuer, serialNumber: own.serialNumber }),
        signedAttrs: new pkijs.SignedAndUnsignedAttributes({
          type: 0,
          attributes: [
            // RFC 5652 §11: content-type, signing-time, message-digest.
            attribute('1.2.840.113549.1.9.3', new asn1js.ObjectIdentifier({ value: pkijs.ContentInfo.DATA })),
            attribute('1.2.840.113549.1.9.5', new asn1js.UTCTime({ valueDate: new Date(at) })),
            attribute('1.2.840.113549.1.9.4', new asn1js.OctetString({ valueHex: digest })),
          ],
        }),
      }),
    ],
    certificates,
  });
  const key = await importSigningKey(identity.privateKey);
  await signed.sign(key, 0, 'SHA-256', octetsOf(entity), crypto);
  return Buffer.concat([
    Buffer.from(
      [
        `Content-Type: multipart/signed; protocol="application/pkcs7-signature"; micalg=sha-256;${CRLF} boundary="${BOUNDARY}"`,
        '',
        `--${BOUNDARY}`,
        '',
      ].join(CRLF),
    ),
    entity,
    Buffer.from(
      [
        '',
        `--${BOUNDARY}`,
        'Content-Type: application/pkcs7-signature; name="smime.p7s"',
        'Content-Transfer-Encoding: base64',
        'Content-Disposition: attachment; filename="smime.p7s"',
        '',
        base64Lines(contentInfo(pkijs.ContentInfo.SIGNED_DATA, signed.toSchema(true))),
        `--${BOUNDARY}--`,
        '',
      ].join(CRLF),
    ),
  ]);
}

/**
 * `application/pkcs7-mime`.
 * @param certificate PEM, with an RSA key
 */
export async function encryptEntity(entity: Uint8Array, certificate: string): Promise<Uint8Array> {
  const crypto = engine();
  const enveloped = new pkijs.EnvelopedData();
  enveloped.addRecipientByCertificate(
    certificateOf(certificate),
    { oaepHashAlgorithm: 'SHA-256' },
    1,
    crypto,
  );
  await enveloped.encrypt({ name: 'AES-CBC', length: 256 } as Algorithm, octetsOf(entity), crypto);
  return Buffer.from(
    [
      'Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name="smime.p7m"',
      'Content-Transfer-Encoding: base64',
      'Content-Disposition: attachment; filename="smime.p7m"',
      '',
      base64Lines(contentInfo(pkijs.ContentInfo.ENVELOPED_DATA, enveloped.toSchema())),
      '',
    ].join(CRLF),
  );
}

function contentInfo(contentType: string, content: asn1js.Sequence): Uint8Array {
  return new Uint8Array(new pkijs.ContentInfo({ contentType, content }).toSchema().toBER());
}

/** The key for signing mail, and its certificates, from a PKCS#12 file. */
type ReadIdentity =
  | { readonly ok: true; readonly identity: SigningIdentity }
  | { readonly ok: false; readonly reason: Text };

const SPKI = { format: 'der', type: 'spki' } as const;

export async function readSigningIdentity(file: Uint8Array, password: string): Promise<ReadIdentity> {
  let keys: Uint8Array[];
  let certificates: X509Certificate[];
  try {
    const contents = await readPkcs12(file, password);
    keys = contents.keys;
    certificates = contents.certificates.map((octets) => new X509Certificate(octets));
  } catch (error) {
    if (error instanceof Unreadable) return { ok: false, reason: findingText(error.finding) };
    return { ok: false, reason: text('signing.unreadable-certificate') };
  }
  const [privateKey, second] = keys;
  if (privateKey === undefined || second !== undefined) {
    return { ok: false, reason: text('signing.one-key') };
  }
  try {
    await importSigningKey(privateKey);
  } catch {
    return { ok: false, reason: text('signing.key-type') };
  }
  const own = createPublicKey(readPkcs8(privateKey)).export(SPKI);
  const leaf = certificates.find((certificate) => certificate.publicKey.export(SPKI).equals(own));
  if (!leaf) return { ok: false, reason: text('signing.no-certificate') };
  const others = certificates.filter((certificate) => certificate !== leaf);
  return { ok: true, identity: { privateKey, chain: [leaf, ...others].map((one) => one.toString()) } };
}
