/**
 * The RSA keys of the CT-KIP server, and their private operation off the event loop.
 *
 * There are several keys: ServerHello offers the active one, retired ones still decrypt nonces in flight.
 */
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';

export type RsaPadding = 'oaep-sha1' | 'pkcs1-v1_5';

export type RsaNonce = { number: number; key: number; padding: RsaPadding; ciphertext: Uint8Array };
export type RsaRequest =
  | { kind: 'key'; id: number; pkcs8: Uint8Array }
  | { kind: 'decrypt'; nonces: RsaNonce[] };
/** Of the same form whether or not it was decrypted. */
export type RsaResponse = { number: number; nonce: Uint8Array; good: boolean }[];

export type RsaDecryptor = {
  addKey(id: number, pkcs8: Uint8Array): void;
  /**
   * R_C, 16 octets. `undefined` whatever went wrong, its length included: there is only one kind of failure, after the same work, so it is no
   * oracle.
   */
  decrypt(key: number, padding: RsaPadding, ciphertext: Uint8Array): Promise<Uint8Array | undefined>;
  close(): Promise<void>;
};

export function rsaDecryptor(threads = availableParallelism()): RsaDecryptor {
  const waiting = new Map<number, { worker: Worker; resolve: (plain: Uint8Array | undefined) => void }>();
  const keys = new Map<number, Uint8Array>();
  const outbox = new Map<Worker, RsaNonce[]>();
  let workers: Worker[] = [];
  let number = 0;
  let closed = false;

  function start(): Worker {
    const worker = new Worker(new URL('./rsa-worker.ts', import.meta.url), {
      resourceLimits: { maxOldGenerationSizeMb: 32, maxYoungGenerationSizeMb: 4 },
    });
    worker.on('message', (responses: RsaResponse) => {
      for (const { number: answered, nonce, good } of responses) {
        waiting.get(answered)?.resolve(good ? nonce : undefined);
        waiting.delete(answered);
      }
    });
    worker.on('error', () => {});
    worker.on('exit', () => {
      workers = workers.filter((other) => other !== worker);
      for (const [key, entry] of waiting) {
        if (entry.worker !== worker) continue;
        waiting.delete(key);
        entry.resolve(undefined);
      }
    });
    worker.unref();
    for (const [id, pkcs8] of keys) worker.postMessage({ kind: 'key', id, pkcs8 } satisfies RsaRequest);
    return worker;
  }

  return {
    addKey(id, pkcs8) {
      keys.set(id, pkcs8);
      for (const worker of workers) worker.postMessage({ kind: 'key', id, pkcs8 } satisfies RsaRequest);
    },
    decrypt(key, padding, ciphertext) {
      if (closed) return Promise.resolve(undefined);
      // Started with the first nonce, so that a server that provisions nothing does not pay for the threads.
      while (workers.length < threads) workers.push(start());
      number += 1;
      const nonce: RsaNonce = { number, key, padding, ciphertext };
      const worker = workers[number % workers.length] as Worker;
      return new Promise((resolve) => {
        waiting.set(nonce.number, { worker, resolve });
        const queued = outbox.get(worker);
        if (queued) {
          queued.push(nonce);
          return;
        }
        // One message for everything that arrives in this turn of the event loop: waking a thread costs more than the message.
        const nonces = [nonce];
        outbox.set(worker, nonces);
        setImmediate(() => {
          outbox.delete(worker);
          worker.postMessage({ kind: 'decrypt', nonces } satisfies RsaRequest);
        });
      });
    },
    async close() {
      closed = true;
      await Promise.all(workers.map((worker) => worker.terminate()));
    },
  };
}
