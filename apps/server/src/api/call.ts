/** What passes between the routes and the handlers. */

import type { BodyOf, OPERATIONS, OperationName, ParamsOf, QueryOf, ResponseOf } from '@sower/api/operations';
import type { RadiusListener } from '@sower/api/radius-clients';
import type { AuditChainContext } from '../audit/chain.ts';
import type { Refusals } from '../audit/refused-calls.ts';
import type { Attempts } from '../authentication/challenge/attempt.ts';
import type { KeyedMutex } from '../authentication/limits/keyed-mutex.ts';
import type { Commit } from '../authentication/verify/acceptance.ts';
import type { ObtainContext } from '../certificates/acme/obtain.ts';
import type { AcmeContext } from '../certificates/acme/settings.ts';
import type { ServerContext } from '../context.ts';
import type { Actor } from '../core/actor.ts';
import type { GuessLimit } from '../core/guess-limit.ts';
import type { Counters } from '../core/metrics.ts';
import type { Outcome } from '../core/outcome.ts';
import type { Answer } from '../core/unworded.ts';
import type { Session } from '../log-on/log-on.ts';
import type { LogOnLimits } from '../log-on/log-on-limit.ts';
import type { BackupContext } from '../operations/backup/make.ts';
import type { comparisonReader } from '../self-service/activation.ts';
import type { SignedInUser } from '../self-service/signed-in-user.ts';
import type { SendMail } from '../smtp/transport.ts';
import type { InWords } from '../web/language.ts';

export type ApiContext = ServerContext &
  AuditChainContext &
  BackupContext &
  AcmeContext &
  ObtainContext &
  LogOnLimits & {
    readonly attempts: Attempts;
    /** The limit on activation codes: administrators are shown whether codes are being guessed. */
    readonly codeLimit: Pick<GuessLimit, 'braked'>;
    readonly refusals: Pick<Refusals, 'countStranger' | 'countDenied' | 'countStopped'>;
    readonly counters: Pick<Counters, 'authentication'>;
    /** Where this process serves RADIUS. */
    readonly radiusListeners: () => readonly RadiusListener[];
    readonly sendMail: SendMail;
    readonly comparison: ReturnType<typeof comparisonReader>;
    /** Where intervals are accepted, for actions outside authentication that use a tokencode. */
    readonly commit: Commit;
    /** Takes turns per user, for everything that checks what a user shows. */
    readonly inTurn: KeyedMutex;
  };

/** What a handler gets: the request, checked against the operation's schemas, and its sender. */
export type Call<N extends OperationName> = {
  readonly params: ParamsOf<N>;
  readonly query: QueryOf<N>;
  readonly body: BodyOf<N>;
  readonly actor: Actor;
  /** The version in If-Match, if the operation requires it. */
  readonly version: number;
  readonly source: string;
  readonly userAgent: string | undefined;
  /** Puts a text of the domain into the caller's language, for files and what is put together: other texts are worded on their way out. */
  readonly inWords: InWords;
  setSession(id: string | undefined): void;
  setUserSession(id: string | undefined): void;
  /** Marks that {@link rememberBrowser} gave to the browser; see log-on/log-on-limit.ts. */
  readonly knownBrowsers: readonly string[];
  rememberBrowser(mark: string): void;
} & SenderOf<(typeof OPERATIONS)[N]>;

/** The edge (caller/caller.ts) lets only those call operations of users and of own sessions. */
type SenderOf<O> = (O extends { user: true } ? Required<ByUser> : ByUser) &
  (O extends { ownSession: true } ? Required<BySession> : BySession);
/** The user logged on to the Self-Service Console; only for users' operations. */
type ByUser = { readonly signedInUser?: SignedInUser };
/** For administrators; absent for API keys. */
type BySession = { readonly session?: Session };

export type Handlers<Names extends OperationName = OperationName> = {
  readonly [N in Names]: (context: ApiContext, call: Call<N>) => Promise<Outcome<Answer<ResponseOf<N>>>>;
};
