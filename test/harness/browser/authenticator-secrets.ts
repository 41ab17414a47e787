/** What a script in the page, and whoever has the disk, can find of the vault of the web authenticator. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** In the page: tries every way a script has to a seed, and gathers all that is kept. */
export async function lookForSecrets() {
  const open = (name: string): Promise<IDBDatabase> =>
    new Promise((resolve, reject) => {
      const asked = indexedDB.open(name);
      asked.onsuccess = () => resolve(asked.result);
      asked.onerror = () => reject(asked.error);
    });
  const all = (store: IDBObjectStore): Promise<unknown[]> =>
    new Promise((resolve) => {
      const asked = store.getAll();
      asked.onsuccess = () => resolve(asked.result);
    });
  const keys: CryptoKey[] = [];
  const written: string[] = [];
  let records = 0;
  const look = (value: unknown): void => {
    if (value instanceof CryptoKey) keys.push(value);
    else if (value instanceof Uint8Array) {
      const hex = [...value].map((octet) => octet.toString(16).padStart(2, '0')).join('');
      written.push(hex, btoa(String.fromCharCode(...value)));
    } else if (value !== null && typeof value === 'object')
      for (const inner of Object.values(value)) look(inner);
    else written.push(String(value));
  };
  for (const { name } of await indexedDB.databases()) {
    const database = await open(name as string);
    for (const store of database.objectStoreNames) {
      for (const record of await all(database.transaction(store).objectStore(store))) {
        records += 1;
        look(record);
      }
    }
    database.close();
  }
  const ofSeeds = keys.filter(
    ({ usages }) => usages.includes('encrypt') || (keys.length === 1 && usages.includes('sign')),
  );
  const exported: string[] = [];
  const port = new MessageChannel();
  for (const key of [...keys]) {
    keys.push(structuredClone(key));
    keys.push(
      await new Promise<CryptoKey>((resolve) => {
        port.port2.onmessage = ({ data }) => resolve(data as CryptoKey);
        port.port1.postMessage(key);
      }),
    );
  }
  for (const key of keys) {
    for (const format of ['raw', 'jwk', 'pkcs8', 'spki'] as const) {
      await crypto.subtle.exportKey(format as 'raw', key).then(
        () => exported.push(`${key.algorithm.name} ${format}`),
        () => {},
      );
    }
    const wrapping = await crypto.subtle.generateKey({ name: 'AES-KW', length: 256 }, true, ['wrapKey']);
    await crypto.subtle.wrapKey('raw', key, wrapping, 'AES-KW').then(
      () => exported.push(`${key.algorithm.name} wrapped`),
      () => {},
    );
  }
  written.push(JSON.stringify(keys.map((key) => ({ ...key, text: JSON.stringify(key) }))));
  written.push(
    ...Object.entries(localStorage).flat(),
    ...Object.entries(sessionStorage).flat(),
    document.cookie,
    location.href,
  );
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) written.push(request.url);
  }
  return {
    records,
    keys: ofSeeds.length,
    exported,
    extractable: keys.filter(({ extractable }) => extractable).map(({ algorithm }) => algorithm.name),
    everything: written.join('\n'),
  };
}

/** How a seed may be written. */
export const formsOf = (seed: Uint8Array): string[] => {
  const octets = Buffer.from(seed);
  return [
    octets.toString('hex'),
    octets.toString('base64'),
    octets.toString('base64url'),
    [...octets].join(),
  ];
};

/** SIGKILL to the browser that holds a profile: of the processes that were started with it, the one without a type. */
export function kill(profile: string): void {
  const pid = readdirSync('/proc').find((name) => {
    const words = /^\d+$/.test(name) ? commandLine(name) : [];
    return words.includes(`--user-data-dir=${profile}`) && !words.some((word) => word.startsWith('--type='));
  });
  process.kill(Number(pid), 'SIGKILL');
}

function commandLine(pid: string): string[] {
  try {
    return readFileSync(join('/proc', pid, 'cmdline'), 'utf8').split('\0');
  } catch {
    // It has ended meanwhile.
    return [];
  }
}

/** Whether the octets stand in any file of a browser's profile. */
export function onDisk(profile: string, octets: Uint8Array): boolean {
  return readdirSync(profile, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .some((entry) => {
      try {
        return readFileSync(join(entry.parentPath, entry.name)).includes(Buffer.from(octets));
      } catch {
        // Gone meanwhile.
        return false;
      }
    });
}
