/** What the validate API does for an agent: checks a passcode, asks for one, and looks at challenges and tokens. */

import { typedSerial } from '@sower/api/serial';
import { MINUTE } from '@sower/api/time';
import { type Text, text } from '@sower/texts/outcomes';
import type { AttemptStep, Attempts, RequestingClient } from '../authentication/challenge/attempt.ts';
import { attemptHash } from '../authentication/challenge/question.ts';
import { rowsFor } from '../authentication/verify/subject.ts';
import { agentActor, type KnownAgent } from '../clients/agents.ts';
import type { ServerContext } from '../context.ts';
import { readAddress } from '../core/network.ts';
import { findAttempt } from '../store/authentication/attempts.ts';
import { userIdKey } from '../store/directory/users.ts';
import type { Serial } from '../store/schema/brands.ts';
import { lastingBar } from '../store/tokens/seeds.ts';
import { findToken } from '../store/tokens/tokens.ts';
import type { InWords } from '../web/language.ts';
import type { Request } from '../web/request.ts';
import { ERROR_CODE } from './answers.ts';
import type { Parameters } from './parameters.ts';

/**
 * Transaction IDs: twenty digits, which FreeRADIUS's module carries in State. Those of challenges name attempts and are drawn at random (66
 * bits, for one user, one agent and five minutes). Those of a challenge before any passcode are computed: they entitle to nothing, since what
 * answers them is checked as a whole, so nothing is stored for them.
 */
const DIGITS = 20;
const WINDOW_MILLISECONDS = 5 * MINUTE;

const digitsOf = (octets: Uint8Array, digits: number): string =>
  (BigInt(`0x${Buffer.from(octets).toString('hex')}`) % 10n ** BigInt(digits))
    .toString()
    .padStart(digits, '0');

const newTransaction = ({ random }: Pick<ServerContext, 'random'>): string => digitsOf(random(16), DIGITS);

type Begun = { readonly agentId: string; readonly userKey: string };

const half = ({ sealing }: Pick<ServerContext, 'sealing'>, about: string): string =>
  digitsOf(Buffer.from(sealing.keyedHash('agent-attempt', about), 'base64url'), DIGITS / 2);

/** The first half is that of all of the agent's: by it, one is known as such without the user. */
const agentHalf = (context: Pick<ServerContext, 'sealing'>, agentId: string, window: number): string =>
  half(context, `validate ${window} ${agentId}`);

const computed = (
  context: Pick<ServerContext, 'sealing'>,
  { agentId, userKey }: Begun,
  window: number,
): string => agentHalf(context, agentId, window) + half(context, `validate ${window} ${agentId} ${userKey}`);

const windowOf = (now: number): number => Math.floor(now / WINDOW_MILLISECONDS);

/** Those in which a challenge that waits can have begun. */
const windows = ({ now }: Pick<ServerContext, 'now'>): readonly number[] => [
  windowOf(now()),
  windowOf(now()) - 1,
];

/** Of a challenge that asks for the passcode as a whole. */
const firstTransaction = (context: Pick<ServerContext, 'sealing' | 'now'>, begun: Begun): string =>
  computed(context, begun, windowOf(context.now()));

/** Whether it is such a one of this agent, for this user, five to ten minutes old at most. */
function isFirstTransaction(
  context: Pick<ServerContext, 'sealing' | 'now'>,
  begun: Begun,
  transaction: string,
): boolean {
  return windows(context).some((window) => computed(context, begun, window) === transaction);
}

export type CheckContext = Pick<ServerContext, 'db' | 'sealing' | 'now' | 'random'> & {
  readonly attempts: Attempts;
};

export type Asked = {
  readonly agent: KnownAgent;
  readonly parameters: Parameters;
  readonly request: Request;
  readonly inWords: InWords;
};

/** The caller is unknown, may not do this, or has left something out. */
export class Refused extends Error {
  readonly status: 400 | 401 | 403 | 404 | 405;
  readonly code: number;
  readonly words: Text;

  constructor(status: Refused['status'], code: number, words: Text) {
    super(words.code);
    this.status = status;
    this.code = code;
    this.words = words;
  }
}

export const missing = (parameter: string): Refused =>
  new Refused(400, ERROR_CODE.parameter, text('validate.missing', { parameter }));

/** A step, or the question for a passcode where none was sent. */
export type Checked = AttemptStep | { readonly state: 'asked'; readonly transaction: string };

/** Whom a request is about, and the token if it names one. */
async function clientOf(
  context: CheckContext,
  { agent, parameters, request }: Asked,
): Promise<RequestingClient & { readonly userId: string }> {
  // An empty one is none, as clients send it that have a field for it.
  const realm = parameters.realm || undefined;
  const serial = parameters.serial ? typedSerial(parameters.serial) : undefined;
  const user = serial === undefined ? parameters.user : parameters.user || undefined;
  if (user === undefined && serial === undefined) throw missing('user');
  // `ada@hq` for `ada` in a realm, if the administrator has named that realm.
  const at = realm === undefined ? (user ?? '').lastIndexOf('@') : -1;
  const named = at < 0 ? undefined : agent.realms.get((user ?? '').slice(at + 1).toLowerCase());
  const domain = realm === undefined ? (named ?? agent.domain) : agent.realms.get(realm.toLowerCase());
  const owner = user === undefined ? await findToken(context.db, serial as Serial) : undefined;
  const userId = user === undefined ? (owner?.holder ?? '') : named === undefined ? user : user.slice(0, at);
  return {
    client: agentActor(agent.name),
    binding: agent.id,
    userId,
    // The agent says where the person is.
    source: readAddress(parameters.client ?? '')?.toString() ?? request.ip,
    handsOn: { name: userId, otherNames: false },
    within: domain === undefined ? [] : [domain],
    newAttempt: () => newTransaction(context),
    ...(serial === undefined ? {} : { serial }),
    ...(agent.onlyGroups.length > 0 ? { onlyGroups: agent.onlyGroups } : {}),
  };
}

export async function check(context: CheckContext, asked: Asked): Promise<Checked> {
  const { agent, parameters } = asked;
  const { pass, transaction_id: transaction } = parameters;
  if (pass === undefined) throw missing('pass');
  const client = await clientOf(context, asked);
  const begun = { agentId: agent.id, userKey: userIdKey(client.userId) };
  if (transaction && !isFirstTransaction(context, begun, transaction))
    return context.attempts.answer({ ...client, attempt: transaction, answer: pass });
  // Also where that was the question: who enters nothing has not guessed.
  return pass === ''
    ? { state: 'asked', transaction: firstTransaction(context, begun) }
    : context.attempts.start({ ...client, passcode: pass });
}

/** A challenge that asks for the passcode, before any was sent. */
export async function trigger(context: CheckContext, asked: Asked): Promise<string> {
  const { userId } = await clientOf(context, asked);
  return firstTransaction(context, { agentId: asked.agent.id, userKey: userIdKey(userId) });
}

/** Whether a challenge of the agent waits for its answer. Nothing here is confirmed elsewhere: it never becomes accepted by waiting. */
export async function isOpen(context: CheckContext, { agent }: Asked, transaction: string): Promise<boolean> {
  const isFirst = ({ id }: KnownAgent): boolean =>
    windows(context).some((window) => transaction.startsWith(agentHalf(context, id, window)));
  if (transaction.length === DIGITS && isFirst(agent)) return true;
  const idHash = attemptHash(context, transaction);
  const owner = await findAttempt(context.db, 'attempts', { idHash, now: context.now() });
  return owner?.binding === agent.id;
}

/** The tokens of a user who exists for the agent, or the one that is named. */
export async function tokensOf(context: CheckContext, asked: Asked): Promise<object[]> {
  const client = await clientOf(context, asked);
  const { rows } = await rowsFor(context.db, userIdKey(client.userId), client);
  // It has two seeds while a new one waits for its first tokencode, and is one token.
  const current = new Set(rows.flatMap(({ state, serial }) => (state === 'current' ? [serial] : [])));
  return rows.flatMap((row) =>
    row.serial === null || row.state === null || (row.state === 'pending' && current.has(row.serial))
      ? []
      : {
          serial: row.serial,
          tokentype: row.algorithm?.startsWith('hotp') ? 'hotp' : 'totp',
          active: lastingBar(row, context.now()) === undefined,
          locked: false,
          revoked: false,
          otplen: row.digits,
          failcount: row.failures,
          description: '',
          rollout_state: '',
          username: row.user_name,
          realms: [],
          info: {},
        },
  );
}
