/** One thread that decrypts RSA-2048 as fast as it can for a while, and tells how often. */
import { constants, generateKeyPairSync, privateDecrypt, publicEncrypt } from 'node:crypto';
import { parentPort, workerData } from 'node:worker_threads';

const { seconds } = workerData as { seconds: number };
const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const padding = { padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha1' };
const ciphertext = publicEncrypt({ key: publicKey, ...padding }, Buffer.alloc(16, 1));
const start = performance.now();
let count = 0;
while (performance.now() - start < seconds * 1000) {
  privateDecrypt({ key: privateKey, ...padding }, ciphertext);
  count += 1;
}
parentPort?.postMessage(count);
