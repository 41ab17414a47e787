/** The fields of every entry in the operation table. */
import { z } from 'zod';
import { serialSchema, userIdSchema } from './fields.ts';
import type { Permission } from './permissions.ts';

export type Operation = {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly summary: string;
  /** Absent: anyone may call (the session operations), or users about themselves. */
  readonly permission?: Permission;
  /** Enough instead, for some of the things. */
  readonly orPermission?: Permission;
  /** Needed as well: one of these, by what the request asks for. */
  readonly andOneOf?: readonly Permission[];
  /** Only for an administrator who is logged on, about themselves; API keys may not call it. */
  readonly ownSession?: true;
  /** Only for a user who is logged on to the Self-Service Console, about what is theirs; administrators and API keys may not call it. */
  readonly user?: true;
  /**
   * Pages request it repeatedly on their own, which does not keep a session alive. If people request the same thing too, the page says
   * which it is, with the header {@link QUIET_HEADER}.
   */
  readonly quiet?: true;
  /**
   * It grants, changes or revokes something that controls access: credentials, keys, factors, roles, logon policies. The session must have
   * proved its identity within the last minutes, with every factor of its owner; otherwise the answer is `proof-needed`. Not for API keys.
   */
  readonly freshProof?: true;
  /**
   * Also available to someone whose password was set by someone else, an administrator or a user: logging on and off, and changing it.
   * Everything else is answered with `password-change-needed` until then.
   */
  readonly beforePasswordChange?: true;
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  readonly body?: z.ZodType;
  /** Absent: 204, no content. */
  readonly response?: z.ZodType;
  /**
   * Something is made, and the status is 201: below the path of the operation if there is an operation for it there, or at this path, with
   * parameters from the answer, or from the request where it says so (`:request.id`).
   */
  readonly created?: true | `/${string}`;
  /** The request must name the version it edits, in If-Match. */
  readonly ifMatch?: true;
  /** Doing it twice gives two codes, or two tokens: with a header Idempotency-Key, it is done at most once in a day. */
  readonly once?: true;
  /** Maximum octets of a request, if more than usual. */
  readonly bodyLimit?: number;
  /** It takes the longer, the more there is to go through: a caller must not give up after a minute. */
  readonly long?: true;
};

/** Sent, with any value, by a page that makes a request on its own. */
export const QUIET_HEADER = 'sower-quiet';

/** All there are of them. */
export const listOf = <T extends z.ZodType>(item: T) => z.object({ items: z.array(item) });

export const page = <T extends z.ZodType>(item: T) =>
  z.object({ items: z.array(item), next: z.string().optional() });

/** As in a query string. */
export const queryFlag = z.enum(['true', 'false']).transform((value) => value === 'true');

export const pageQuery = {
  limit: z.coerce.number().int().min(1).max(1000).default(50),
  cursor: z.string().max(512).optional(),
};

/** Whether to count all matches as well: up to a bound, so that it takes no longer the more there are. */
export const totalQuery = { total: queryFlag.optional() };
export const MAX_COUNTED = 10_000;
/** `more`: there are more than were counted. */
export const totalSchema = z.object({ count: z.int(), more: z.boolean() });

const idParams = z.object({ id: z.string().min(1).max(64) });
const serialParams = z.object({ serial: serialSchema });
const userParams = z.object({ userId: userIdSchema });

/** Whose ID it is, is what a path calls it. */
const PATH_PARAMS = { id: idParams, serial: serialParams, userId: userParams };
type PathParams = typeof PATH_PARAMS;

/** Who may call: a permission, or what else it takes. */
type Access =
  | Permission
  | Pick<Operation, 'permission' | 'ownSession' | 'user' | 'freshProof' | 'beforePasswordChange'>;
type AccessOf<A> = A extends Permission ? { readonly permission: A } : A;
type Own = Omit<Operation, 'method' | 'path' | 'summary' | 'permission'>;
type NameIn<P> = P extends `${string}/:${infer After}`
  ? After extends `${infer Name}/${string}`
    ? Name
    : After
  : never;
/** Of a path with one of those IDs, unless the operation says what its parameters are. */
type ParamsOf<P, O> = O extends { params: z.ZodObject }
  ? unknown
  : NameIn<P> extends keyof PathParams
    ? { readonly params: PathParams[NameIn<P>] }
    : unknown;

/** See {@link Operation.freshProof}. */
export const proven = <const P extends Permission>(permission: P) =>
  ({ permission, freshProof: true }) as const;

/**
 * @param access a permission, {@link proven} or not; `{ user: true }`, `{ ownSession: true }` or `{}` where none is needed
 * @param own what else is particular to the operation
 */
const by =
  <const M extends Operation['method'], const E extends Own>(method: M, each?: E) =>
  <const P extends string, const A extends Access, const O extends Own>(
    path: P,
    access: A,
    summary: string,
    own?: O & { readonly [K in Exclude<keyof O, keyof Own>]: never },
  ) => {
    const id = /\/:(\w+)/.exec(path)?.[1];
    return {
      method,
      path,
      summary,
      ...(typeof access === 'string' ? { permission: access } : (access as object)),
      ...(id !== undefined &&
        Object.hasOwn(PATH_PARAMS, id) && { params: PATH_PARAMS[id as keyof PathParams] }),
      ...each,
      ...own,
    } as { readonly method: M; readonly path: P; readonly summary: string } & AccessOf<A> &
      ParamsOf<P, O> &
      E &
      O;
  };

export const get = by('GET');
export const post = by('POST');
/** Makes what it answers, below its own path. */
export const add = by('POST', { created: true });
export const put = by('PUT');
export const patch = by('PATCH');
/** Of the version that the request names. */
export const edit = by('PATCH', { ifMatch: true });
export const remove = by('DELETE');
