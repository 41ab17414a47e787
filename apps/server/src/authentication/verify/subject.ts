/** A user at one moment: what is known of them, and what of theirs may be accepted. */
import type { Policies } from '@sower/api/policies';
import type { Settings } from '@sower/api/settings';
import type { Floor } from '../../context.ts';
import type { AuditEvent } from '../../store/tables/audit.ts';
import { TOP_PATH } from '../../store/tables/policies.ts';
import { findVerifiable, type VerifiableRow } from '../../store/tables/seeds.ts';
import type { Asker } from '../challenge/attempt.ts';
import type { InTurn } from '../limits/one-at-a-time.ts';
import type { Commit } from './acceptance.ts';
import { type Candidate, candidatesOf } from './candidate.ts';

export type AuthenticateUses = Pick<
  Floor,
  'db' | 'sealing' | 'settings' | 'policies' | 'queueMail' | 'now' | 'random'
> & {
  readonly commit: Commit;
  readonly inTurn: InTurn;
};

export type Subject = {
  /** Canonical user id. */
  readonly key: string;
  readonly rows: readonly VerifiableRow[];
  /** There is such a user, but not for this asker. */
  readonly outside: boolean;
  readonly policies: Policies;
  readonly settings: Settings;
  readonly candidates: readonly Candidate[];
  /** Version of the counts of wrong passcodes that all this was read with; null where there is no such user. */
  readonly seen: number | null;
  readonly now: number;
};

/** @param within paths of the security domains that the asker asks for; users elsewhere do not exist for this asker */
export async function subjectOf(
  uses: Omit<AuthenticateUses, 'commit' | 'inTurn'>,
  key: string,
  within?: readonly string[],
): Promise<Subject> {
  const now = uses.now();
  const settings = await uses.settings.current();
  const found = await findVerifiable(uses.db, key);
  const rows = found.filter(
    ({ user_domain }) => within === undefined || within.some((path) => user_domain.startsWith(path)),
  );
  const policies = await uses.policies.current(rows[0]?.user_domain ?? TOP_PATH);
  return {
    key,
    rows,
    outside: found.length > rows.length,
    policies,
    settings,
    seen: rows[0]?.guess_version ?? null,
    now,
    candidates: candidatesOf(uses, rows, policies, now),
  };
}

/** What the trail says of it, but for how it ended. */
export const eventOf = (asker: Asker, userName: string): Omit<AuditEvent, 'result'> => ({
  actor: asker.asker,
  action: 'authenticate',
  object: `user:${userName}`,
  source: asker.source,
});
