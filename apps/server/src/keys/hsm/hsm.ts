/**
 * A master key in a hardware security module, which it never leaves: the HSM wraps data keys by AES-GCM, and is needed for nothing else.
 * The last unwrapped keys are remembered, so a running process uses the HSM only when data keys change.
 */
import { fork } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { printedBy, whyFailed } from '../operators-command.ts';
import { aboutWrap, HSM_NAME, type MasterKey, NONCE } from '../seal/key-ring.ts';
import type { HsmFailure, HsmMessage, HsmOperation, HsmRequest, HsmResponse } from './hsm-process.ts';
import type { HsmKeyUri } from './uri.ts';

const ANSWER_MILLISECONDS = 30_000;
/** Until the process runs, which says nothing about the HSM: a machine that starts many at once takes its time. */
const START_MILLISECONDS = 120_000;
/** Anyone who waits for an HSM looks every second. */
const AGAIN_MILLISECONDS = 5_000;
/** What may be otherwise in a moment. */
const PASSING: ReadonlySet<HsmFailure> = new Set(['no-token', 'no-key', 'altered', 'failed']);
const ATTEMPTS = 4;
const PAUSE_MILLISECONDS = 100;

/** The HSM refused the PIN: another attempt would bring it nearer to being locked. */
export class PinRefused extends Error {}

const SENTENCES: Readonly<Record<HsmFailure, string>> = {
  'not-installed': 'pkcs11js, which asks the HSM, is not installed (npm install pkcs11js)',
  module: 'the library of the HSM cannot be used',
  'no-token': 'the token is not there',
  pin: 'the PIN was refused',
  'no-key': 'the token has no AES key of this name',
  'several-keys': 'the token has several AES keys of this name; give id= as well',
  extractable:
    'the key could be read out of the HSM: it has to be sensitive and not extractable. Make one that is',
  altered: 'the data keys were altered',
  failed: 'it failed',
};

/** @returns the key, as soon as the HSM can be asked. @throws a sentence, until then */
export function hsmKey(hsm: HsmKeyUri, monotonic = () => performance.now()): () => Promise<MasterKey> {
  let made: MasterKey | undefined;
  let failed: { readonly at: number; readonly error: Error } | undefined;
  let refusedPin: string | undefined;
  let last: { readonly wraps: string; readonly secrets: readonly Uint8Array[] } | undefined;

  const sentence = (why: string): string => `the master key in the HSM (${hsm.uri}): ${why}`;

  async function once(operations: readonly HsmOperation[]): Promise<Uint8Array[] | 'altered'> {
    const pin = await readPin(hsm.pin).catch((error: Error) => {
      throw new Error(sentence(error.message));
    });
    const pinHash = createHash('sha256').update(pin).digest('base64');
    if (pinHash === refusedPin) throw new PinRefused(sentence('the PIN was refused before, and is the same'));
    const { module, token, key } = hsm;
    const response = await askAgain({
      module,
      token,
      key: {
        ...(key.label === undefined ? {} : { label: key.label }),
        ...(key.id === undefined ? {} : { id: Buffer.from(key.id).toString('base64') }),
      },
      pin,
      operations,
    });
    if ('results' in response)
      return response.results.map((text) => new Uint8Array(Buffer.from(text, 'base64')));
    const { failure, detail } = response;
    if (failure === 'altered') return 'altered';
    const why = sentence(`${SENTENCES[failure]}${detail && ` (${detail})`}`);
    if (failure !== 'pin') throw new Error(why);
    refusedPin = pinHash;
    throw new PinRefused(why);
  }
  async function operate(operations: readonly HsmOperation[]): Promise<Uint8Array[] | 'altered'> {
    if (failed && monotonic() - failed.at < AGAIN_MILLISECONDS) throw failed.error;
    try {
      const results = await once(operations);
      failed = undefined;
      return results;
    } catch (error) {
      failed = { at: monotonic(), error: error as Error };
      throw error;
    }
  }
  const operation = (
    kind: HsmOperation['kind'],
    nonce: Uint8Array,
    about: Uint8Array,
    data: Uint8Array,
  ): HsmOperation => {
    const [n, a, d] = [nonce, about, data].map((octets) => Buffer.from(octets).toString('base64'));
    return { kind, nonce: n as string, about: a as string, data: d as string };
  };

  // Always the same message under this nonce, and never another.
  const nameIt = operation(
    'encrypt',
    new Uint8Array(NONCE),
    Buffer.from('sower master key name'),
    new Uint8Array(16),
  );
  const key = (check: Uint8Array): MasterKey => ({
    name: `${HSM_NAME}${encodeURIComponent(hsm.key.label ?? '')}:${createHash('sha256').update(check).digest('hex').slice(0, 16)}`,
    text: `${hsm.uri}\n`,
    octets: undefined,
    async wrap(secrets) {
      const nonces = secrets.map(() => randomBytes(NONCE));
      const results = await operate(
        secrets.map((secret, index) =>
          operation('encrypt', nonces[index] as Uint8Array, aboutWrap(index + 1, secrets.length), secret),
        ),
      );
      if (results === 'altered') throw new Error(sentence(SENTENCES.failed));
      const wraps = results.map((sealed, index) =>
        Buffer.concat([nonces[index] as Uint8Array, sealed]).toString('base64url'),
      );
      last = { wraps: wraps.join(), secrets };
      return wraps;
    },
    async unwrap(wraps) {
      if (last?.wraps === wraps.join()) return last.secrets;
      const secrets = await operate(
        wraps.map((wrapped, index) => {
          const octets = Buffer.from(wrapped, 'base64url');
          return operation(
            'decrypt',
            octets.subarray(0, NONCE),
            aboutWrap(index + 1, wraps.length),
            octets.subarray(NONCE),
          );
        }),
      );
      if (secrets !== 'altered') last = { wraps: wraps.join(), secrets };
      return secrets;
    },
  });
  return async () => {
    if (made) return made;
    const results = await operate([nameIt]);
    const check = results === 'altered' ? undefined : results[0];
    if (!check) throw new Error(sentence(SENTENCES.failed));
    made = key(check);
    return made;
  };
}

/** Libraries fail now and then when several processes ask at once, as those of a server do at its start: SoftHSM in one of thirty. */
async function askAgain(request: HsmRequest): Promise<HsmResponse> {
  for (let attempt = 1; ; attempt += 1) {
    const response = await ask(request);
    const passing = 'failure' in response && PASSING.has(response.failure);
    if (!passing || attempt === ATTEMPTS) return response;
    await wait(PAUSE_MILLISECONDS * attempt * (1 + Math.random()));
  }
}

function ask(request: HsmRequest): Promise<HsmResponse> {
  return new Promise((resolve) => {
    const child = fork(new URL('./hsm-process.ts', import.meta.url), [], {
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      execArgv: [],
      env: { ...process.env, SOWER_MASTER_KEY: '', SOWER_DATABASE: '' },
    });
    let response: HsmResponse | undefined;
    let limit = START_MILLISECONDS;
    const kill = (): void => void child.kill('SIGKILL');
    let timer = setTimeout(kill, limit);
    child.on('message', (message: HsmMessage) => {
      if (message !== 'begun') {
        response = message;
        return;
      }
      clearTimeout(timer);
      limit = ANSWER_MILLISECONDS;
      timer = setTimeout(kill, limit);
    });
    const end = (why: string): void => {
      clearTimeout(timer);
      resolve(response ?? { failure: 'module', detail: why });
    };
    child.once('error', (error) => end(error.message));
    child.once('exit', (code, signal) => {
      const ended = (): void =>
        end(signal === 'SIGKILL' ? `no answer within ${limit / 1000} s` : `ended with ${signal ?? code}`);
      // Its response may still be unread: that is emitted before the channel is closed, not before the exit.
      if (child.connected) child.once('disconnect', ended);
      else ended();
    });
    // Not where it could not be started: its error comes in a moment.
    if (child.connected) child.send(request, () => {});
  });
}

/** @throws a sentence */
async function readPin({ kind, from }: HsmKeyUri['pin']): Promise<string> {
  const pin =
    kind === 'file'
      ? await readFile(from, 'utf8').catch((error: NodeJS.ErrnoException) => {
          throw new Error(`the PIN in ${from} cannot be read (${error.code})`);
        })
      : await ofCommand(from);
  const line = pin.replace(/\r?\n$/, '');
  if (line === '') throw new Error('the PIN is empty');
  return line;
}

const ofCommand = async (command: string): Promise<string> =>
  (
    await printedBy(command).catch((error: unknown) => {
      throw new Error(`the command for the PIN ${whyFailed(error)}`);
    })
  ).toString();
