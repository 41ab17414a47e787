/**
 * Transaction IDs: twenty digits, which FreeRADIUS's module carries in State. Those of challenges name attempts and are drawn at random (66
 * bits, for one user, one agent and five minutes). Those of a challenge before any passcode are computed: they entitle to nothing, since what
 * answers them is checked as a whole, so nothing is stored for them.
 */
import type { ServerContext } from '../context.ts';

const DIGITS = 20;
const MODULUS = 10n ** BigInt(DIGITS);
const WINDOW_MILLISECONDS = 5 * 60_000;

const digitsOf = (octets: Uint8Array): string =>
  (BigInt(`0x${Buffer.from(octets).toString('hex')}`) % MODULUS).toString().padStart(DIGITS, '0');

export const newTransaction = ({ random }: Pick<ServerContext, 'random'>): string => digitsOf(random(16));

type Begun = { readonly agentId: string; readonly userKey: string };

function computed(
  { sealing }: Pick<ServerContext, 'sealing'>,
  { agentId, userKey }: Begun,
  window: number,
): string {
  const hash = sealing.keyedHash('agent-attempt', `validate ${window} ${agentId} ${userKey}`);
  return digitsOf(Buffer.from(hash, 'base64url'));
}

const windowOf = (now: number): number => Math.floor(now / WINDOW_MILLISECONDS);

/** Of a challenge that asks for the passcode as a whole. */
export const firstTransaction = (context: Pick<ServerContext, 'sealing' | 'now'>, begun: Begun): string =>
  computed(context, begun, windowOf(context.now()));

/** Whether it is such a one of this agent, for this user, five to ten minutes old at most. */
export function isFirstTransaction(
  context: Pick<ServerContext, 'sealing' | 'now'>,
  begun: Begun,
  transaction: string,
): boolean {
  const window = windowOf(context.now());
  return [window, window - 1].some((each) => computed(context, begun, each) === transaction);
}
