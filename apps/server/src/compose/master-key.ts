/**
 * Where the master key comes from: a file, the environment, or a command, such as one that asks a TPM or the key service of a cloud. Each gives
 * its octets, or the PKCS#11 URI of a key in an HSM.
 */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from '../config.ts';
import { hsmKey } from '../keys/hsm/hsm.ts';
import { type HsmKeyUri, isHsmUri, readHsmUri } from '../keys/hsm/uri.ts';
import { printedBy, whyFailed } from '../keys/operators-command.ts';
import { type MasterKey, masterKeyOf } from '../keys/seal/key-ring.ts';
import { makePrivate } from '../keys/seal/private-file.ts';
import { parseMasterKey } from '../option-kinds.ts';

export const MASTER_KEY_FILE = 'master.key';

export type MasterKeySource = {
  readonly kind: 'folder' | 'file' | 'environment' | 'command';
  /** The file in the data folder, or the one that was given. */
  readonly file: string;
  /** Whether one would be found without making it. */
  exists(): boolean;
  /** As it is there now. @throws a sentence for the log */
  read(): Promise<MasterKey>;
};

type Given = Pick<Config, 'dataFolder' | 'masterKey' | 'masterKeyFile' | 'masterKeyCommand'>;

/** While a new key is awaited, it is looked for every second. */
const COMMAND_AGAIN_MILLISECONDS = 20_000;

/** @param random makes the key of a new data folder; absent: there has to be one */
export function masterKeySource(config: Given, random?: (length: number) => Uint8Array): MasterKeySource {
  const { dataFolder, masterKey, masterKeyFile, masterKeyCommand } = config;
  const own = join(dataFolder, MASTER_KEY_FILE);
  const made = keyMaker();
  if (masterKey !== undefined)
    return { kind: 'environment', file: own, exists: () => true, read: () => made(masterKey) };
  if (masterKeyFile !== undefined)
    return {
      kind: 'file',
      file: masterKeyFile,
      exists: () => existsSync(masterKeyFile),
      read: () => readKeyFile(masterKeyFile, made),
    };
  if (masterKeyCommand !== undefined) {
    let last: { readonly at: number; readonly key: Promise<MasterKey> } | undefined;
    return {
      kind: 'command',
      file: own,
      exists: () => true,
      read() {
        if (!last || performance.now() - last.at > COMMAND_AGAIN_MILLISECONDS)
          last = { at: performance.now(), key: ofCommand(masterKeyCommand).then(made) };
        return last.key;
      },
    };
  }
  return {
    kind: 'folder',
    file: own,
    exists: () => existsSync(own),
    async read() {
      if (random && !existsSync(own)) await makePrivate(own, masterKeyOf(random(32)).text);
      return readKeyFile(own, made);
    },
  };
}

/** Files are read again and again while a new key is awaited: the name of its key is read from an HSM once. */
function keyMaker(): (form: Uint8Array | HsmKeyUri) => Promise<MasterKey> {
  let known: { readonly uri: string; readonly key: () => Promise<MasterKey> } | undefined;
  return async (form) => {
    if (form instanceof Uint8Array) return masterKeyOf(form);
    if (known?.uri !== form.uri) known = { uri: form.uri, key: hsmKey(form) };
    return known.key();
  };
}

/** @throws a sentence */
export async function readKeyFile(file: string, made = keyMaker()): Promise<MasterKey> {
  let octets: Buffer;
  try {
    octets = await readFile(file);
  } catch (error) {
    throw new Error(`the master key in ${file} cannot be read (${(error as NodeJS.ErrnoException).code})`);
  }
  const key = keyIn(octets);
  if (!key)
    throw new Error(
      `${file} does not hold a master key (32 octets in base64, or the PKCS#11 URI of a key in an HSM)`,
    );
  return made(key);
}

/**
 * 32 octets as they are, in base64 or in hexadecimal; or where they are.
 * @throws a sentence about a URI
 */
function keyIn(octets: Buffer): Uint8Array | HsmKeyUri | undefined {
  const text = octets.toString().trim();
  if (isHsmUri(text)) return readHsmUri(text);
  return octets.length === 32 ? new Uint8Array(octets) : parseMasterKey(text);
}

async function ofCommand(command: string): Promise<Uint8Array | HsmKeyUri> {
  const printed = await printedBy(command).catch((error: unknown) => {
    throw new Error(`the command for the master key ${whyFailed(error)}`);
  });
  const key = keyIn(printed);
  if (key) return key;
  throw new Error(
    'the command for the master key printed none (32 octets, in base64 or hexadecimal, or a PKCS#11 URI)',
  );
}
