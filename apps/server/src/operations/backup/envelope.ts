/** The envelope of a backup: Zstandard, then age (age-encryption.org/v1) to one or more recipients, as the `age` tool reads and writes it. */

import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import { constants, createZstdCompress, createZstdDecompress } from 'node:zlib';
import { text } from '@sower/texts/outcomes';
import { armor, Decrypter, Encrypter } from 'age-encryption';
import { TextError } from '../../core/outcome.ts';
import { damaged } from './format.ts';

/** The fastest level already reduces rows to a third of their size. */
const LEVEL = 1;

/** @throws if it is not a recipient */
export function addRecipients(recipients: readonly string[]): Encrypter {
  const encrypter = new Encrypter();
  for (const recipient of recipients) encrypter.addRecipient(recipient);
  return encrypter;
}

/** Each piece is a message to the thread that compresses: for lines alone, that would take several times as long as the rest. */
const PIECE = 65_536;

async function* inPieces(lines: AsyncIterable<string>): AsyncGenerator<string> {
  let piece = '';
  for await (const line of lines) {
    piece += line;
    if (piece.length < PIECE) continue;
    yield piece;
    piece = '';
  }
  if (piece !== '') yield piece;
}

export async function sealed(
  lines: AsyncIterable<string>,
  recipients: readonly string[],
): Promise<AsyncIterable<Uint8Array>> {
  const compress = createZstdCompress({ params: { [constants.ZSTD_c_compressionLevel]: LEVEL } });
  // An error destroys the stream, and anyone who reads it gets the error.
  pipeline(Readable.from(inPieces(lines), { objectMode: false }), compress).catch(() => {});
  const plain = Readable.toWeb(compress) as unknown as globalThis.ReadableStream<Uint8Array>;
  return (await addRecipients(recipients).encrypt(plain)) as unknown as ReadableStream<Uint8Array>;
}

/**
 * The lines of a file. A file that was altered, or written by someone who does not know a recipient, is detected here.
 * @param identities of age, one of which it is for
 * @throws TextError
 */
export async function* opened(file: string, identities: readonly string[]): AsyncGenerator<string> {
  const octets = Readable.toWeb(createReadStream(file)) as unknown as globalThis.ReadableStream<Uint8Array>;
  const decrypter = decrypterOf(identities);
  let decrypted: Readable;
  try {
    decrypted = Readable.fromWeb((await decrypter.decrypt(octets)) as unknown as ReadableStream);
  } catch (error) {
    throw whyNotOpened(error);
  }
  const decompress = createZstdDecompress();
  let broken: unknown;
  pipeline(decrypted, decompress).catch((error) => {
    broken = error;
  });
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let rest = '';
  try {
    for await (const chunk of decompress as AsyncIterable<Uint8Array>) {
      const parts = (rest + decoder.decode(chunk, { stream: true })).split('\n');
      rest = parts.pop() ?? '';
      yield* parts;
    }
  } catch (error) {
    throw whyNotOpened(broken ?? error);
  }
  if (rest !== '') throw damaged();
}

function decrypterOf(identities: readonly string[]): Decrypter {
  const decrypter = new Decrypter();
  for (const identity of identities) {
    try {
      decrypter.addIdentity(identity);
    } catch {
      throw new TextError(text('backup.identity-malformed'));
    }
  }
  return decrypter;
}

function whyNotOpened(error: unknown): unknown {
  if (error instanceof TextError) return error;
  const { code = '', message = '', path = '' } = error as { code?: string; message?: string; path?: string };
  if (code === 'ENOENT') return new TextError(text('backup.no-file', { file: path }));
  if (['EACCES', 'EISDIR', 'EIO'].includes(code)) return new TextError(text('backup.unreadable', { code }));
  if (/no identity matched/.test(message)) return new TextError(text('backup.other-recipient'));
  if (/invalid version|non-ASCII/.test(message)) return new TextError(text('backup.not-one'));
  // A truncated file and an altered one look the same: some part is not as it was sealed.
  return damaged();
}

export async function wrapKey(masterKey: Uint8Array, recipient: string): Promise<string> {
  return armor.encode(await addRecipients([recipient]).encrypt(masterKey));
}

/** @throws TextError */
export async function unwrapKey(wrapped: string, identities: readonly string[]): Promise<Uint8Array> {
  try {
    return await decrypterOf(identities).decrypt(armor.decode(wrapped));
  } catch (error) {
    if (error instanceof TextError) throw error;
    throw new TextError(text('backup.key-other-recipient'));
  }
}
