/**
 * Plays the table of token modes (token-modes.json) against anything that authenticates: the domain function, or an edge over a wire.
 *
 * A person with a token is put into the database as the server would have put them, in the mode that a row of the table names; from
 * there on everything goes through the {@link Attempts} under test.
 */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { DEFAULT_POLICIES, type TokenPolicy } from '@sower/api/policies';
import { addPin } from '@sower/otp/pin';
import { securidTokencode } from '@sower/otp/securid';
import type { AttemptStep, Attempts } from '@sower/server/authentication/challenge/attempt';
import { aadOf } from '@sower/server/keys/seal/sealed-columns';
import type { Sealing } from '@sower/server/keys/seal/sealing';
import { storePolicy } from '@sower/server/store/authentication/policies';
import { newId } from '@sower/server/store/db/ids';
import { findDomain, insertDomain, TOP_DOMAIN } from '@sower/server/store/directory/domains';
import { insertUser, userIdKey } from '@sower/server/store/directory/users';
import { claimSerials } from '@sower/server/store/operations/installation';
import type { Database, NewRow } from '@sower/server/store/schema/schema';
import { insertSeeds, type NewSeed } from '@sower/server/store/tokens/seeds';
import { insertTokens } from '@sower/server/store/tokens/tokens';
import { userRow as rowOfUser } from './directory/user-row.ts';

export type Transition = {
  readonly mode: string;
  readonly shows: readonly string[];
  readonly told: readonly string[];
  readonly becomes: string;
};

export const TRANSITIONS = (
  JSON.parse(readFileSync(new URL('./token-modes.json', import.meta.url), 'utf8')) as {
    transitions: Transition[];
  }
).transitions;

export type Stage = {
  readonly db: Database;
  readonly sealing: Sealing;
  now(): number;
};

export const random = (length: number): Uint8Array => new Uint8Array(randomBytes(length));

/** Somebody with a provisioned token, and what their device shows. */
export type Person = {
  readonly userId: string;
  readonly userRow: string;
  readonly tokenId: string;
  readonly serial: string;
  readonly seedId: string;
  readonly seed: Uint8Array;
  /** What the token shows, some intervals from now. */
  code(offset: number): string;
  /** With the PIN, as the token's style has it. */
  passcode(offset: number, pin?: string): string;
};

type Shape = {
  readonly token?: Partial<NewRow<'tokens'>>;
  readonly user?: Partial<NewRow<'users'>>;
  readonly seed?: Partial<NewSeed>;
  readonly pin?: string;
  /** Name and own policy of the security domain; the top one when absent. */
  readonly policy?: readonly [name: string, policy: Partial<TokenPolicy>];
};

let people = 0;

export async function person(stage: Stage, shape: Shape = {}): Promise<Person> {
  const { db, sealing } = stage;
  const ids = { now: stage.now, random };
  people += 1;
  const userId = `mode${people}.${Buffer.from(random(4)).toString('hex')}`;
  const [userRow, tokenId, seedId] = [newId(ids), newId(ids), newId(ids)];
  const serial = String(await claimSerials(db, 1)).padStart(12, '0');
  const seed = random(16);
  const domain = shape.policy ? await domainWith(stage, ...shape.policy) : TOP_DOMAIN.path;
  const authenticationType = shape.seed?.authentication_type ?? 'tokencode';
  await insertUser(db, {
    ...rowOfUser(userId, { id: userRow, user_id_key: userIdKey(userId), domain, created_at: stage.now() }),
    ...shape.user,
  });
  await insertTokens(db, [
    {
      id: tokenId,
      serial,
      domain,
      user_id: userRow,
      enabled: 1,
      lost: 0,
      expires_on: '2099-12-31',
      pin:
        shape.pin === undefined ? null : sealing.seal(aadOf('tokens.pin', tokenId), Buffer.from(shape.pin)),
      pin_set_at: shape.pin === undefined ? null : stage.now(),
      failures: 0,
      last_failure_at: null,
      created_at: stage.now(),
      version: 1,
      ...shape.token,
    },
  ]);
  await insertSeeds(db, [
    {
      id: seedId,
      token_id: tokenId,
      distribution_id: newId(ids),
      state: 'current',
      algorithm: 'securid',
      hash: 'sha1',
      digits: 8,
      interval_seconds: 60,
      authentication_type: authenticationType,
      key_id: Buffer.from(serial).toString('base64'),
      sealed: sealing.seal(aadOf('seeds.sealed', seedId), seed),
      position: -1,
      drift: 0,
      last_accepted_at: stage.now(),
      created_at: stage.now(),
      ...shape.seed,
    },
  ]);
  const intervalSeconds = shape.seed?.interval_seconds ?? 60;
  const digits = shape.seed?.digits ?? 8;
  const code = (offset: number): string =>
    securidTokencode({
      seed,
      serial,
      interval: Math.floor(stage.now() / 1000 / intervalSeconds) + offset,
      intervalSeconds,
      digits,
    });
  const passcode = (offset: number, pin: string | undefined = shape.pin): string => {
    if (pin === undefined || authenticationType === 'tokencode') return code(offset);
    return authenticationType === 'fob' ? pin + code(offset) : (addPin(code(offset), pin) as string);
  };
  return { userId, userRow, tokenId, serial, seedId, seed, code, passcode };
}

/** A security domain of this name with a token policy of its own; made once. */
async function domainWith(stage: Stage, name: string, policy: Partial<TokenPolicy>): Promise<string> {
  const present = await findDomain(stage.db, name);
  if (present) return present.path;
  const id = newId({ now: stage.now, random });
  const row = await insertDomain(stage.db, {
    id,
    name,
    name_key: userIdKey(name),
    path: `/${id}/`,
    parent_id: TOP_DOMAIN.id,
    created_at: stage.now(),
    version: 1,
  });
  const body = JSON.stringify({ ...DEFAULT_POLICIES.token, ...policy });
  await storePolicy(stage.db, { domainId: id, kind: 'token', body, version: 0 });
  return row.path;
}

const PRESENT_PIN = '4711';
const NEW_PIN = '73914';
const DAY = 86_400_000;

/** By the names in the table. */
const MODES: Readonly<Record<string, (now: number) => Shape>> = {
  normal: () => ({}),
  'normal, one wrong passcode before it is held back': (now) => ({
    token: { failures: 4, last_failure_at: now },
  }),
  'held back': (now) => ({ token: { failures: 15, last_failure_at: now } }),
  'held back, after the wait': (now) => ({ token: { failures: 5, last_failure_at: now - 60_000 } }),
  'next tokencode': (now) => ({ token: { failures: 10, last_failure_at: now - 600_000 } }),
  // The first tokencode is shown a minute ago: five from where the server expects it, or more.
  'clock off by minutes': () => ({ seed: { drift: 4 } }),
  'never used, clock off by minutes': () => ({ seed: { drift: 2, last_accepted_at: null } }),
  'silent for a year, clock off by minutes': (now) => ({
    seed: { drift: 9, last_accepted_at: now - 365 * DAY },
  }),
  'clock off by minutes, new PIN': () => ({
    seed: { drift: 4, authentication_type: 'fob' },
    policy: ['PIN required', { pinRequired: true }],
  }),
  'new PIN, chosen by the user': () => ({
    seed: { authentication_type: 'fob' },
    policy: ['PIN required', { pinRequired: true }],
  }),
  'new PIN, made by the system': () => ({
    seed: { authentication_type: 'fob' },
    policy: ['PIN made', { pinRequired: true, pinChosenBy: 'system' }],
  }),
  'new PIN, chosen or made': () => ({
    seed: { authentication_type: 'pinpad' },
    policy: ['PIN chosen or made', { pinRequired: true, pinChosenBy: 'either' }],
  }),
  'new PIN, required by an administrator': () => ({
    seed: { authentication_type: 'fob' },
    pin: PRESENT_PIN,
    token: { pin_change: 1 },
  }),
  'new PIN, the present one is too old': (now) => ({
    seed: { authentication_type: 'pinpad' },
    pin: PRESENT_PIN,
    token: { pin_set_at: now - 91 * DAY },
    policy: ['PIN aging', { pinMaxAgeDays: 90 }],
  }),
  'next tokencode and new PIN': (now) => ({
    seed: { authentication_type: 'fob' },
    policy: ['PIN required', { pinRequired: true }],
    token: { failures: 10, last_failure_at: now - 600_000 },
  }),
  locked: (now) => ({ user: { locks: 1, locked_until: now + 60_000 } }),
  'locked, after the wait': (now) => ({ user: { locks: 1, locked_until: now - 1000 } }),
  disabled: () => ({ token: { enabled: 0 } }),
  lost: () => ({ token: { lost: 1 } }),
  expired: () => ({ token: { expires_on: '2020-01-01' } }),
};

/**
 * Makes the security domains whose policies the table needs. A running server has them two seconds later at the latest, which is how long
 * it remembers policies.
 */
export async function prepareModes(stage: Stage): Promise<void> {
  for (const shape of Object.values(MODES)) {
    const { policy } = shape(stage.now());
    if (policy) await domainWith(stage, ...policy);
  }
}

export type Played = { readonly told: string[]; readonly person: Person };

/**
 * Waits for the next minute when this one is nearly over: what takes a few steps shall end in the minute it began in, where "the same" is
 * the same code and the one before the present one is still accepted.
 */
export async function roomInTheMinute(stage: Pick<Stage, 'now'>, milliseconds = 10_000): Promise<void> {
  const left = 60_000 - (stage.now() % 60_000);
  if (left < milliseconds) await new Promise((resolve) => setTimeout(resolve, left + 50));
}

/** As authenticators show codes, and as people type them then. */
const IN_GROUPS = / in groups$/;

/** One row of the table. The caller compares what was told, and the mode of the token afterwards. */
export async function play(stage: Stage, attempts: Attempts, transition: Transition): Promise<Played> {
  const shape = MODES[transition.mode];
  if (!shape) throw new Error(`no such mode: ${transition.mode}`);
  await roomInTheMinute(stage);
  const someone = await person(stage, shape(stage.now()));
  const client = { client: 'api-key:modes', source: '127.0.0.1' };
  let pin = shape(stage.now()).pin;
  // Each tokencode is later than the one before; the first is one that the token showed a minute ago.
  let offset = -2;
  let step: AttemptStep | undefined;
  const told: string[] = [];
  for (const entry of transition.shows) {
    const shown = entry.replace(IN_GROUPS, '');
    let text: string;
    if (shown === 'right') {
      offset += 1;
      text = someone.passcode(offset, pin);
    } else if (shown === 'next, asked anew') {
      offset += 1;
      step = undefined;
      text = someone.passcode(offset, pin);
    } else if (shown === 'same, asked anew') {
      step = undefined;
      text = someone.passcode(offset, pin);
    } else if (shown === 'next') {
      offset += 1;
      text = someone.code(offset);
    } else if (shown === 'same') text = someone.passcode(offset, pin);
    else if (shown === 'wrong') text = wrongCode(someone);
    else if (shown === 'PIN') text = NEW_PIN;
    else if (shown === 'bad PIN') text = '111';
    else if (shown === 'present PIN') text = PRESENT_PIN;
    else if (shown === 'nothing') text = '';
    else text = shown;
    if (entry !== shown) text = ` ${text.replace(/(.{4})(?=.)/g, '$1 ')} `;
    if (step?.state === 'challenge') {
      if (step.challenge.kind === 'system-pin' && text === 'y') pin = step.challenge.pin;
      if (text === NEW_PIN) pin = NEW_PIN;
      step = await attempts.answer({
        ...client,
        userId: someone.userId,
        attempt: step.attempt,
        answer: text,
      });
    } else {
      step = await attempts.start({ ...client, userId: someone.userId, passcode: text });
    }
    told.push(step.state === 'challenge' ? step.challenge.kind : step.state);
  }
  return { told, person: someone };
}

/** Of the right length, and none that the token shows about now. */
export function wrongCode(someone: Person): string {
  const near = new Set(Array.from({ length: 11 }, (_, index) => someone.code(index - 5)));
  for (let guess = 12_345_678; ; guess += 1) {
    if (!near.has(String(guess))) return String(guess);
  }
}
