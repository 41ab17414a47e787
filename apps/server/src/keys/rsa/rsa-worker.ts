/** A thread that decrypts nonces: RSA private operations take long enough to stall an event loop. */
import { constants, createPrivateKey, type KeyObject, privateDecrypt } from 'node:crypto';
import { parentPort } from 'node:worker_threads';
import type { RsaNonce, RsaRequest, RsaResponse } from './rsa.ts';

const keys = new Map<number, KeyObject>();

parentPort?.on('message', (request: RsaRequest) => {
  if (request.kind === 'key') {
    keys.set(request.id, createPrivateKey({ key: Buffer.from(request.pkcs8), format: 'der', type: 'pkcs8' }));
    return;
  }
  const responses: RsaResponse = request.nonces.map((nonce) => ({
    number: nonce.number,
    plain: open(nonce),
  }));
  parentPort?.postMessage(responses);
});

function open(nonce: RsaNonce): Uint8Array | undefined {
  const key = keys.get(nonce.key);
  if (!key) return undefined;
  try {
    return privateDecrypt(
      nonce.padding === 'oaep-sha1'
        ? { key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha1' }
        : // Failures are not visible: OpenSSL returns random octets for invalid padding (implicit rejection).
          { key, padding: constants.RSA_PKCS1_PADDING },
      nonce.ciphertext,
    );
  } catch {
    return undefined;
  }
}
