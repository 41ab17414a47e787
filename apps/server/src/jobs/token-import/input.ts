/**
 * Creating an import of tokens: the file is opened and read once, in memory, and each seed is sealed to its row. What a record becomes is
 * decided afterwards. The file, its password and its key are stored nowhere.
 */

import { LIMITS } from '@sower/api/limits';
import { canonicalSerial } from '@sower/api/serial';
import {
  type ImportedPins,
  type ImportTokens,
  MAX_TOKEN_FILE,
  type OpenTokenImport,
} from '@sower/api/token-imports';
import { printable } from '@sower/bytes/printable';
import { text } from '@sower/texts/outcomes';
import type { ServerContext } from '../../context.ts';
import { type Actor, denied } from '../../core/actor.ts';
import { done, invalidAt, type Outcome } from '../../core/outcome.ts';
import { domainFor } from '../../directory/domains.ts';
import { aadOf } from '../../keys/seal/sealed-columns.ts';
import { lastDayOf } from '../../provisioning/tokens/mint.ts';
import { ownTransferKey } from '../../provisioning/tokens/transfer-key.ts';
import { userIdKey } from '../../store/directory/users.ts';
import { type GivenTokenRow, insertTokenRows } from '../../store/work/token-imports.ts';
import { collectJob, inPages } from '../../work/collect.ts';
import type { RecordProblem, StoredTokenImport, StoredTokenRow } from './decide.ts';
import { type FileRecord, readTokenFile } from './read.ts';

type Context = Pick<ServerContext, 'db' | 'sealing' | 'settings' | 'now' | 'random'>;

const MAX_TEXT = 128;
const PIN_OCTETS = 64;
/** What a person can type before a tokencode. The policy decides whether it may stay. */
const PIN = /^[\x21-\x7e]{1,64}$/;

export async function importTokens(context: Context, actor: Actor, input: ImportTokens) {
  const planned = await plannedImport(context, actor, input);
  if (!planned.ok) return planned;
  const octets = Buffer.from(input.file, 'base64');
  if (octets.length > MAX_TOKEN_FILE)
    return invalidAt('file', text('token-file.too-long', { maximum: MAX_TOKEN_FILE }));
  const file = await openedFile(context, octets, input);
  if (!file.ok) return file;
  return collectJob(
    context,
    actor,
    { kind: 'token-import', name: input.name, input: JSON.stringify(planned.value), phase: 'check' },
    {
      pages: inPages(file.value),
      insert: (trx, jobId, rows, first) =>
        insertTokenRows(
          trx,
          jobId,
          rows.map((record, index) => givenRow(context, input.pins, jobId, record, first + index)),
        ),
      field: 'file',
      ifNone: text('token-file.empty'),
    },
  );
}

/** The records of a file, or of a part of one. */
export async function openedFile(
  context: Pick<Context, 'db' | 'sealing'>,
  octets: Uint8Array,
  how: Parameters<typeof readTokenFile>[1],
): Promise<Outcome<Iterable<FileRecord>>> {
  // Needed only for a file that is encrypted to one.
  let ours = '';
  const transferKey = async () => {
    const own = await ownTransferKey(context);
    ours = own?.fingerprint ?? '';
    return own;
  };
  const file = await readTokenFile(octets, { ...how, transferKey });
  return file.ok ? done(file.records) : invalidAt('file', refusalOf(file, ours));
}

/** What is to become of the tokens, whichever way they come. */
export async function plannedImport(
  context: Pick<Context, 'db' | 'settings' | 'now'>,
  actor: Actor,
  input: OpenTokenImport | ImportTokens,
): Promise<Outcome<StoredTokenImport>> {
  const denial = denied(actor, 'tokens:mint');
  if (denial) return denial;
  const domain = await domainFor(context, actor, 'tokens:mint', input.securityDomain);
  if (!domain.ok) return domain;
  const expiresOn = lastDayOf(await context.settings.current(), context.now(), input.expiresOn);
  if (!expiresOn.ok) return expiresOn;
  return done({
    ...{ of: 'token-file', existing: input.existing, kind: input.kind, enabled: input.enabled },
    ...{ maker: input.maker, formFactor: input.formFactor, securityDomain: domain.value.id },
    expiresOn: expiresOn.value,
    pins: input.pins,
  });
}

/** Reasons that have a text of their own; what is left is a file that is not of its format. */
function refusalOf({ reason, at }: { readonly reason: string; readonly at?: string }, ours: string) {
  switch (reason) {
    case 'for-another':
      return ours === ''
        ? text('token-file.no-own-key', { theirs: shortened(at ?? '') })
        : text('token-file.for-another', { theirs: shortened(at ?? ''), ours });
    case 'wrong-key':
    case 'header-mac':
    case 'integrity':
      return text('token-file.wrong-key');
    case 'token-mac':
      return text('token-file.changed', { at: shortened(at ?? '') });
    case 'password-needed':
    case 'key-needed':
    case 'not-encrypted':
    case 'signed':
    case 'too-many-iterations':
      return text(`token-file.${reason}`);
    case 'key-form':
    case 'key-length':
      return text('token-file.key-length');
    case 'unsupported-protection':
    case 'unsupported-mac':
    case 'unsupported-encryption':
    case 'mac-missing':
      return text('token-file.protection', { at: shortened(at ?? '') });
    case 'no-column':
      return text('user-import.no-column', { column: shortened(at ?? '') });
    default:
      return text('token-file.unreadable');
  }
}

const shortened = (said: string): string => printable(said.slice(0, MAX_TEXT).toWellFormed());

/** By the reasons of the readers. */
const PROBLEMS: Readonly<Record<string, RecordProblem>> = {
  policy: 'policy',
  'unsupported-algorithm': 'algorithm',
  'unsupported-suite': 'algorithm',
  'invalid-algorithm': 'algorithm',
  type: 'algorithm',
  hash: 'algorithm',
  integrity: 'integrity',
  damaged: 'integrity',
  'mac-missing': 'mac-missing',
  'unprotected-secret': 'unprotected',
  'secret-length': 'seed',
  'secret-zero': 'seed',
  'invalid-secret': 'seed',
  seed: 'seed',
  'duplicate-serial': 'doubled',
  'no-serial': 'no-serial',
};

/** PostgreSQL takes no NUL. What replaces it is in no serial number either. */
const keyOf = (serial: string): string => canonicalSerial(serial).replaceAll('\0', '\ufffd');

export function givenRow(
  context: Pick<Context, 'sealing'>,
  pins: ImportedPins,
  jobId: string,
  record: FileRecord,
  position: number,
): GivenTokenRow {
  const owner = shortened(record.owner);
  const fields: StoredTokenRow = { owner, ownerKey: userIdKey(owner), ...partOf(record, pins) };
  // One that is too long is refused by its form, and need not be kept whole.
  const serial = record.serial.slice(0, 2 * LIMITS.serial).toWellFormed();
  const secret =
    'token' in record
      ? sealedSecret(record.token.seed, fields.token?.carriesPin === true ? record.token.pin : '')
      : undefined;
  return {
    ...{ position, line: record.line, subject: printable(serial), key: keyOf(serial) },
    fields: JSON.stringify(fields),
    sealed:
      secret === undefined ? null : context.sealing.seal(aadOf('job_rows.sealed', jobId, position), secret),
  };
}

/** The seed, and behind it the PIN if there is one, with zeros to a fixed length: the length of a PIN is not to be seen either. */
function sealedSecret(seed: Uint8Array, pin: string): Uint8Array {
  if (pin === '') return seed;
  const secret = Buffer.alloc(seed.length + PIN_OCTETS);
  secret.set(seed);
  secret.write(pin, seed.length, 'latin1');
  return secret;
}

/** @returns the seed and the PIN of {@link sealedSecret} */
export function openedSecret(secret: Uint8Array, carriesPin: boolean): { seed: Uint8Array; pin: string } {
  if (!carriesPin) return { seed: secret, pin: '' };
  const end = secret.length - PIN_OCTETS;
  const pin = Buffer.from(secret.subarray(end)).toString('latin1').replace(/\0+$/, '');
  return { seed: secret.subarray(0, end), pin };
}

function partOf(record: FileRecord, pins: ImportedPins): Pick<StoredTokenRow, 'token' | 'problem' | 'at'> {
  if ('problem' in record)
    return { problem: PROBLEMS[record.problem] ?? 'field', at: shortened(record.at ?? record.problem) };
  const { seed, pin, validFrom, maker, model, label, ...token } = record.token;
  // A link may have a shorter or longer one than is safe.
  if (seed.length < 16 || seed.length > 128 || seed.every((octet) => octet === 0)) return { problem: 'seed' };
  const carriesPin = pins === 'carry' && pin !== '';
  if (carriesPin && (!PIN.test(pin) || token.authenticationType !== 'fob')) return { problem: 'pin' };
  return {
    token: {
      ...token,
      // Without a PIN, the tokencode alone is the passcode, whatever kind of token the file describes.
      authenticationType: pins === 'none' ? 'tokencode' : token.authenticationType,
      newPin: token.newPin && pins !== 'none',
      carriesPin,
      ...{ maker: shortened(maker), model: shortened(model), label: shortened(label) },
      ...(validFrom === undefined ? {} : { validFrom }),
    },
  };
}
