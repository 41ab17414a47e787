/** Where the master key comes from: a file, the environment, or a command, such as one that asks a TPM or the key service of a cloud. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Config, parseMasterKey } from '../config.ts';
import { writePrivate } from '../keys/seal/private-file.ts';

export const MASTER_KEY_FILE = 'master.key';

export type MasterKeySource = {
  readonly kind: 'folder' | 'file' | 'environment' | 'command';
  /** The file in the data folder, or the one that was given. */
  readonly file: string;
  /** Whether one would be found without making it. */
  exists(): boolean;
  /** As it is there now. @throws a sentence for the log */
  read(): Promise<Uint8Array>;
};

type Given = Pick<Config, 'dataFolder' | 'masterKey' | 'masterKeyFile' | 'masterKeyCommand'>;

const COMMAND_MILLISECONDS = 60_000;
/** While a new key is awaited, it is asked for every second. */
const COMMAND_AGAIN_MILLISECONDS = 20_000;

/** @param random makes the key of a new data folder; absent: there has to be one */
export function masterKeySource(config: Given, random?: (length: number) => Uint8Array): MasterKeySource {
  const { dataFolder, masterKey, masterKeyFile, masterKeyCommand } = config;
  const own = join(dataFolder, MASTER_KEY_FILE);
  if (masterKey !== undefined)
    return { kind: 'environment', file: own, exists: () => true, read: async () => masterKey };
  if (masterKeyFile !== undefined)
    return {
      kind: 'file',
      file: masterKeyFile,
      exists: () => existsSync(masterKeyFile),
      read: () => readKeyFile(masterKeyFile),
    };
  if (masterKeyCommand !== undefined) {
    let last: { readonly at: number; readonly key: Promise<Uint8Array> } | undefined;
    return {
      kind: 'command',
      file: own,
      exists: () => true,
      read() {
        if (!last || performance.now() - last.at > COMMAND_AGAIN_MILLISECONDS)
          last = { at: performance.now(), key: ofCommand(masterKeyCommand) };
        return last.key;
      },
    };
  }
  return {
    kind: 'folder',
    file: own,
    exists: () => existsSync(own),
    async read() {
      if (random && !existsSync(own)) await writePrivate(own, keyText(random(32)));
      return readKeyFile(own);
    },
  };
}

export const keyText = (key: Uint8Array): string => `${Buffer.from(key).toString('base64')}\n`;

/** @throws a sentence */
export async function readKeyFile(file: string): Promise<Uint8Array> {
  let octets: Buffer;
  try {
    octets = await readFile(file);
  } catch (error) {
    throw new Error(`the master key in ${file} cannot be read (${(error as NodeJS.ErrnoException).code})`);
  }
  const key = keyIn(octets);
  if (!key) throw new Error(`${file} does not hold a master key (32 octets in base64)`);
  return key;
}

/** 32 octets as they are, in base64 or in hexadecimal. */
const keyIn = (octets: Buffer): Uint8Array | undefined =>
  octets.length === 32 ? new Uint8Array(octets) : parseMasterKey(octets.toString().trim());

function ofCommand(command: string): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    execFile(
      '/bin/sh',
      ['-c', command],
      {
        encoding: 'buffer',
        timeout: COMMAND_MILLISECONDS,
        maxBuffer: 4_096,
        env: { ...process.env, SOWER_DATABASE: '' },
      },
      (error, stdout) => {
        const key = error ? undefined : keyIn(stdout);
        if (key) resolve(key);
        else if (error)
          reject(
            new Error(
              `the command for the master key ${error.killed ? 'did not end within a minute' : `failed (${error.code ?? error.signal})`}`,
            ),
          );
        else
          reject(
            new Error('the command for the master key printed none (32 octets, in base64 or hexadecimal)'),
          );
      },
    );
  });
}
