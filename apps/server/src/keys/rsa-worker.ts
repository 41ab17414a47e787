/** One thread that opens nonces: RSA private operations take long enough to stall an event loop. */
import { constants, createPrivateKey, type KeyObject, privateDecrypt } from 'node:crypto';
import { parentPort } from 'node:worker_threads';
import type { RsaRequest, RsaResponse } from './rsa.ts';

const keys = new Map<number, KeyObject>();

parentPort?.on('message', (request: RsaRequest) => {
  if (request.kind === 'key') {
    keys.set(request.id, createPrivateKey({ key: Buffer.from(request.pkcs8), format: 'der', type: 'pkcs8' }));
    return;
  }
  const key = keys.get(request.key);
  let plain: Uint8Array | undefined;
  if (key) {
    try {
      plain = privateDecrypt(
        request.padding === 'oaep-sha1'
          ? { key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha1' }
          : // Failures do not show: OpenSSL answers random octets for a broken padding (implicit rejection).
            { key, padding: constants.RSA_PKCS1_PADDING },
        request.ciphertext,
      );
    } catch {
      plain = undefined;
    }
  }
  parentPort?.postMessage({ number: request.number, plain } satisfies RsaResponse);
});
