/** What passes between the routes and the handlers. */
import type { BodyOf, OperationName, ParamsOf, QueryOf, ResponseOf } from '@sower/api/operations';
import type { Authenticate } from '../authentication/authenticate.ts';
import type { GuessLimit } from '../authentication/guess-limit.ts';
import type { Floor } from '../floor.ts';
import type { Actor } from '../identity/actor.ts';
import type { ServedCertificate } from '../keys/served-certificate.ts';
import type { Outcome } from '../outcome.ts';

export type ApiUses = Floor & {
  readonly authenticate: Authenticate;
  readonly logOnLimit: GuessLimit;
  readonly served: Pick<ServedCertificate, 'facts' | 'look'>;
  readonly version: string;
};

/** What a handler gets: the request checked against the operation's schemas, and who sent it. */
export type Call<N extends OperationName> = {
  readonly params: ParamsOf<N>;
  readonly query: QueryOf<N>;
  readonly body: BodyOf<N>;
  readonly actor: Actor;
  /** The version in If-Match, where the operation asks for it. */
  readonly version: number;
  /** Epoch milliseconds at which a session ends; absent for API keys. */
  readonly sessionExpiresAt?: number;
  readonly sessionId?: string;
  readonly source: string;
  setSession(id: string | undefined): void;
};

/** One handler an operation. */
export type Handlers<N extends OperationName = OperationName> = {
  readonly [K in N]: (uses: ApiUses, call: Call<K>) => Promise<Outcome<ResponseOf<K>>>;
};
