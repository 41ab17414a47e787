/** The tables of offers and requests. */

import type { GuardedAction } from '@sower/api/second-approvals';
import type { Generated } from 'kysely';
import type { Flag, NamedColumns, UserRow } from './brands.ts';

export type RequestTables = {
  offers: NamedColumns & {
    profile_id: string;
    icon: string;
    description: string;
    download_url: string;
    help_url: string;
    is_default: Flag;
    enabled: Flag;
    /** Approval steps: JSON. */
    steps: string;
    distribution: Flag;
  };
  token_requests: {
    id: string;
    user_id: UserRow;
    offer_id: string;
    /** From the offer at that time: later edits do not affect existing requests. */
    offer_name: string;
    help_url: string;
    profile_id: string;
    state: 'pending' | 'approved' | 'done' | 'rejected' | 'cancelled';
    reason: string;
    nickname: string;
    steps: string;
    /** How many steps are approved. */
    step: number;
    distribution: Flag;
    deferred_until: number | null;
    serial: string | null;
    /** Serial number of the token to replace. */
    replaces: string | null;
    created_at: number;
    created_by: string;
    /** The administrator behind it: see `Actor.person`. */
    person: string | null;
    /** Since when it has been waiting for its current step; null: since it was created. After a deferral: since it came back. */
    waiting_since: Generated<number | null>;
    /** When mail was last sent to those who can approve the current step. */
    told_at: Generated<number | null>;
    /** When it was escalated because no one had answered. */
    escalated_at: Generated<number | null>;
    version: number;
  };
  request_decisions: {
    id: string;
    request_id: string;
    decision: 'approved' | 'rejected' | 'deferred' | 'cancelled' | 'distributed';
    /** Which approval step, from 0. */
    step: number | null;
    actor: string;
    person: string | null;
    /** For whom the actor stood in: the name, as for an actor, and the row. */
    on_behalf_of: Generated<string | null>;
    on_behalf_person: Generated<string | null>;
    comment: string;
    at: number;
  };
  /** Someone who decides requests for an administrator, with that administrator's rights. */
  stand_ins: {
    id: string;
    administrator_id: string;
    stand_in_id: string;
    from_at: number;
    /** When it ends. */
    until_at: number;
    created_at: number;
    created_by: string;
    mark: string | null;
  };
  /** What needs a second administrator. */
  second_approvals: {
    id: string;
    action: GuardedAction;
    object: string;
    title: string;
    asked_by: string;
    /** As in Actor: the row of the administrator, or `host`. */
    person: string;
    asked_at: number;
    expires_at: number;
    decision: 'approved' | 'rejected' | null;
    decided_by: string | null;
    decided_person: string | null;
    decided_at: number | null;
    used_at: number | null;
    mark: string | null;
  };
};
