/** What passes between the routes and the handlers. */
import type { BodyOf, OperationName, ParamsOf, QueryOf } from '@sower/api/operations';
import type { RadiusListener } from '@sower/api/radius';
import type { Attempts } from '../authentication/attempt.ts';
import type { GuessLimit } from '../authentication/guess-limit.ts';
import type { Floor } from '../floor.ts';
import type { Actor } from '../identity/actor.ts';
import type { CertificateFacts } from '../keys/certificate-view.ts';
import type { Counters } from '../metrics.ts';

export type ApiUses = Floor & {
  readonly attempts: Attempts;
  readonly counters: Pick<Counters, 'authentication'>;
  /** Where this process answers RADIUS. */
  readonly forgetRadiusClients: () => void;
  readonly radiusListeners: () => readonly RadiusListener[];
  readonly logOnLimit: GuessLimit;
  readonly certificate: () => CertificateFacts;
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
