/** Authentications that are waiting for an answer, each a row that expires. */

import { claimRow, claimRows, findColumns, findOne, takeRow } from '../db/rows.ts';
import type { KeyedHash, TokenKey } from '../schema/brands.ts';
import type { Connection, Row } from '../schema/schema.ts';

/** The owner of an attempt: the user it was begun for, the client, and the client's first request. */
type AttemptOwner = {
  readonly userKey: string;
  readonly client: string;
  readonly binding: string;
};

const ownedBy = ({ userKey, client, binding }: AttemptOwner) => ({
  user_key: userKey,
  client,
  binding,
});

type AttemptClaim = AttemptOwner & { readonly idHash: KeyedHash; readonly now: number };
const claimed = ({ idHash, now, ...owner }: AttemptClaim) => ({
  id_hash: idHash,
  ...ownedBy(owner),
  expires_at: ['>', now] as const,
});

/** Claims the attempt for one answer: at most one caller gets it, and only its owner. */
export const claimAttempt = (db: Connection, attempt: AttemptClaim): Promise<Row<'attempts'> | undefined> =>
  claimRow(db, 'attempts', claimed(attempt));

/** Every attempt of this owner. */
export const claimAttemptsOf = (db: Connection, owner: AttemptOwner) =>
  claimRows(db, 'attempts', ownedBy(owner));

/** Whose an open attempt is, for the audit trail. */
export const findAttempt = (
  db: Connection,
  table: 'attempts' | 'password_attempts',
  { idHash, now }: { readonly idHash: KeyedHash; readonly now: number },
) => findOne(db, table, { id_hash: idHash, expires_at: ['>', now] });

/**
 * A tokencode that may answer such a question: entered in a new authentication, through a client that can show only one passcode at a time.
 */
export type ShownAnew = {
  readonly tokenId: TokenKey;
  readonly client: string;
  readonly position: number;
  readonly now: number;
};

/** The question that it answers. */
const answeredBy = ({ tokenId, client, position, now }: ShownAnew) =>
  ({
    token_id: tokenId,
    client,
    challenge: 'next-tokencode',
    position: ['<', position],
    expires_at: ['>', now],
  }) as const;

/**
 * Such questions: the tokencode accepted before each, and when it was asked. They are claimed together with the tokencode, not before: a
 * copy that found them gone would use the tokencode up.
 */
export const findNextTokencodes = (db: Connection, shown: ShownAnew) =>
  findColumns(db, 'attempts', ['position', 'created_at'], answeredBy(shown));

/** At most one caller gets it. */
export const claimNextTokencode = (db: Connection, shown: ShownAnew) =>
  takeRow(db, 'attempts', answeredBy(shown));

// Authentications in which a password was sent, right or wrong, and the passcode is still missing.

/** At most one caller gets it, and only its owner. */
export const claimPasswordAttempt = (
  db: Connection,
  attempt: AttemptClaim,
): Promise<Row<'password_attempts'> | undefined> => claimRow(db, 'password_attempts', claimed(attempt));
