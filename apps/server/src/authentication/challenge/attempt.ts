/**
 * What the edges (RADIUS, REST, consoles) see of an authentication with several steps. A step is a question and its answer; between steps,
 * an attempt is one row that expires.
 */
import type { Text } from '@sower/texts/outcomes';
import type { UserRow } from '../../store/schema/brands.ts';

/** A user whom an old server answers: see ../verify/unmoved.ts. */
export type Unmoved = {
  /** Canonical user ID. */
  readonly userKey: string;
  /** Absent: the user does not exist here. */
  readonly user?: { readonly row: UserRow; readonly name: string; readonly domain: string };
};

/** The rules for a PIN, for the sentence that asks for one. */
export type PinRules = {
  readonly minLength: number;
  readonly maxLength: number;
  readonly alphanumeric: boolean;
};

export type Challenge =
  /** Wait for the display to change and enter the tokencode alone. */
  | { readonly kind: 'next-tokencode' }
  /** Choose a PIN. `refused`: what was wrong with the one before. */
  | { readonly kind: 'new-pin'; readonly rules: PinRules; readonly refused?: Text }
  /** Choose a PIN, or enter nothing to have one made. */
  | { readonly kind: 'new-pin-or-system'; readonly rules: PinRules; readonly refused?: Text }
  /** The PIN generated for the user, shown only now: they answer `y` to accept it. */
  | { readonly kind: 'system-pin'; readonly pin: string }
  /** The PIN is set; wait for the display to change and enter the whole passcode with it. */
  | { readonly kind: 'passcode-with-new-pin' };

export type AttemptStep =
  | {
      readonly state: 'accepted';
      readonly userId: string;
      readonly serial: string;
      /** Path of the user's security domain. */
      readonly domain: string;
      /** The groups of directories that the user is in, if the client asked for them. */
      readonly groups?: ReadonlySet<string>;
      /** An emergency tokencode, which someone else gave the user, replaced the token. Absent: the token itself was used. */
      readonly means?: 'emergency';
    }
  /** The same for an unknown user, a wrong passcode, a used one, or a token that may not be used: only the audit trail says why. */
  | {
      readonly state: 'rejected';
      /** Only if the client forwards: nothing was counted or recorded here, and an old server answers instead. */
      readonly unmoved?: Unmoved;
    }
  | {
      readonly state: 'challenge';
      /** Names the attempt: unguessable, at most 64 printable characters, valid for one answer; the next challenge has another. */
      readonly attempt: string;
      readonly challenge: Challenge;
      /** Epoch milliseconds. */
      readonly expiresAt: number;
    };

/** A name that a client hands on to a system of its own: it must be a name of the user who is accepted, and of no one else. */
export type HandedOn = {
  readonly name: string;
  /** Names count that the directory protects, not only the user ID. */
  readonly otherNames: boolean;
  /** What its answer has room for: a user whose ID is longer in UTF-8 could not be named. Absent: any length. */
  readonly maxOctets?: number | undefined;
};

export type RequestingClient = {
  /** Only the token itself will do: an emergency tokencode is rejected, and is not used up. */
  readonly tokenOnly?: boolean | undefined;
  /** The client, for the audit trail: `api-key:vpn`, `radius:branch`. */
  readonly client: string;
  /**
   * Ties an attempt to the client that began it, beyond a name that can be reused: the client's row, the session, or the agent's own
   * attempt. An answer must carry the same value.
   */
  readonly binding?: string | undefined;
  /** Address of the person or host that is authenticating, if known. */
  readonly source?: string | undefined;
  /**
   * Paths of the security domains in or below which the client may authenticate users; to this client, others do not exist. Absent:
   * everyone.
   */
  readonly within?: readonly string[] | undefined;
  /** Groups of directories: to this client, users in none of them do not exist. Absent: groups do not matter. */
  readonly onlyGroups?: readonly string[] | undefined;
  /** The client lets in the name that it sent. Absent: the accepted user is let in, by their own row. */
  readonly handsOn?: HandedOn | undefined;
  /** Only this token of the user will do. Absent: any. */
  readonly serial?: string | undefined;
  /** Makes the name of an attempt, where its shape has a form for it: unguessable. Absent: 256 random bits. */
  readonly newAttempt?: (() => string) | undefined;
  /** Paths of the security domains whose users an old server answers until they have moved. Absent: this server answers all. */
  readonly forwarded?: readonly string[] | undefined;
  /** Its answer depends on the user's groups: they are read before the passcode is used up, so that failing to do so uses up no passcode. */
  readonly asksForGroups?: boolean | undefined;
};

/** A password that came with the passcode and was refused. */
export type PasswordFault = {
  /** For the audit trail. */
  readonly reason: Text;
  /** Whether it counts like a wrong passcode. If not, it was right, or could not be checked. */
  readonly guess: boolean;
};

export type Attempts = {
  /**
   * @param request.fault the passcode is checked all the same, and neither accepted nor used up
   * @throws Overload if too many wait for the same user
   */
  start(
    request: RequestingClient & {
      readonly userId: string;
      readonly passcode: string;
      readonly fault?: PasswordFault | undefined;
      /** It answers a question, which is used up with it: it waits however many others do. */
      readonly asked?: true;
    },
  ): Promise<AttemptStep>;
  /** @param request.userId must be the user the attempt was begun for (RFC 2865 §4.4); for anyone else the attempt does not exist */
  answer(
    request: RequestingClient & {
      readonly userId: string;
      readonly attempt: string;
      readonly answer: string;
    },
  ): Promise<AttemptStep>;
  /** @param request.attempt if absent, every attempt with the same binding */
  cancel(
    request: RequestingClient & { readonly userId: string; readonly attempt?: string | undefined },
  ): Promise<void>;
};
