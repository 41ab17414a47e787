/** Which secret opens the store, and where it comes from: a passphrase (typed or SOWER_PASSPHRASE) or a key file. */
import { randomBytes } from 'node:crypto';
import {
  closeSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fail, type Result, success } from '../outcome.ts';
import { askNewSecret, askSecret } from '../terminal/prompt.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { t } from '../texts.ts';
import { keyFileBeside, type Secrets } from './store.ts';

export type StoreOptions = { store?: string; keyFile?: string; passphrase?: boolean };

const MIN_PASSPHRASE = 8;

export function storePath(terminal: Terminal, options: StoreOptions): string {
  const { SOWER_AUTHENTICATOR, XDG_DATA_HOME, HOME } = terminal.env;
  const named = options.store ?? SOWER_AUTHENTICATOR;
  if (named) return resolve(named);
  const dataHome = XDG_DATA_HOME?.startsWith('/')
    ? XDG_DATA_HOME
    : join(HOME || homedir(), '.local', 'share');
  return join(dataHome, 'sower', 'authenticator.json');
}

export function secretsFor(terminal: Terminal, options: StoreOptions): Secrets {
  const named = options.keyFile ?? terminal.env.SOWER_KEY_FILE;
  const passphrase = terminal.env.SOWER_PASSPHRASE;
  const keyFile = named ? resolve(named) : keyFileBeside(storePath(terminal, options));
  return {
    kind: !named && (options.passphrase === true || passphrase) ? 'passphrase' : 'key-file',
    read: async (kind, isNew) => {
      if (kind === 'key-file') return isNew ? makeOrReadKeyFile(keyFile) : readKeyFile(keyFile);
      if (passphrase) return isNew ? strongEnough(passphrase) : success(passphrase);
      if (terminal.stdin.isTTY !== true || terminal.stderr.isTTY !== true) {
        return fail('usage', 'passphrase-needed', t('authenticator.store.noOneToAsk'), {
          next: t('authenticator.store.setPassphrase'),
        });
      }
      if (!isNew) return askSecret(terminal, t('prompt.secret.passphrase'));
      const made = await askNewSecret(terminal, 'passphrase');
      return made.ok ? strongEnough(made.value) : made;
    },
  };
}

function strongEnough(passphrase: string): Result<string> {
  if ([...passphrase].length >= MIN_PASSPHRASE) return success(passphrase);
  return fail(
    'usage',
    'passphrase-too-short',
    t('authenticator.store.shortPassphrase', { least: MIN_PASSPHRASE }),
    {
      next: t('authenticator.store.severalWords'),
    },
  );
}

/** Written elsewhere and linked into place, so that it is never seen half-written; an existing one is never replaced. */
function makeOrReadKeyFile(path: string): Result<Uint8Array> {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const fresh = `${path}.${process.pid}.${randomBytes(6).toString('hex')}.new`;
  try {
    const file = openSync(fresh, 'wx', 0o600);
    try {
      writeFileSync(file, `${randomBytes(32).toString('base64')}\n`);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    linkSync(fresh, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(fresh, { force: true });
  }
  return readKeyFile(path);
}

function readKeyFile(path: string): Result<Uint8Array> {
  let text: string;
  try {
    if ((statSync(path).mode & 0o077) !== 0) {
      return fail('usage', 'key-file-open', t('authenticator.store.keyFileOpen', { file: path }), {
        next: t('authenticator.store.close', { file: path }),
      });
    }
    text = readFileSync(path, 'utf8').trim();
  } catch (error) {
    return fail(
      'usage',
      'key-file-missing',
      t('authenticator.store.keyFileMissing', {
        file: path,
        code: (error as NodeJS.ErrnoException).code ?? '',
      }),
      {
        next: t('authenticator.store.keyFileMissingNext'),
      },
    );
  }
  const key = Buffer.from(text, 'base64');
  return key.length === 32
    ? success(key)
    : fail('usage', 'not-a-key-file', t('authenticator.store.notAKeyFile', { file: path }));
}
