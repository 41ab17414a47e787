/** What can be wrong with the audit trail, each with the row or link concerned. */

import type { AuditFinding as Shown } from '@sower/api/audit';
import type { ChainHead } from '@sower/api/audit-chain';
import { type Text, text } from '@sower/texts/outcomes';
import type { Forgery } from '../store/keys/marked-rows.ts';
import type { Row } from '../store/schema/schema.ts';

export type AuditFinding = Omit<Shown, 'detail'> & { readonly detail: Text };

const time = (milliseconds: number): string => new Date(milliseconds).toISOString();
type Link = Pick<Row<'audit_chain'>, 'seq' | 'audit_id'>;

export const unmarkedRow = ({ id }: Pick<Row<'audit'>, 'id'>): AuditFinding => ({
  row: id,
  detail: text('audit.row-forged', { row: id }),
});

export const alteredRow = ({ seq, audit_id }: Link): AuditFinding => ({
  row: audit_id,
  link: seq,
  detail: text('audit.row-altered', { link: seq }),
});

export const removedRow = ({ seq, audit_id }: Link): AuditFinding => ({
  row: audit_id,
  link: seq,
  detail: text('audit.row-removed', { link: seq }),
});

export const removedLinks = (first: number, last: number): AuditFinding => ({
  link: first,
  detail:
    first === last
      ? text('audit.link-removed', { link: first })
      : text('audit.links-removed', { first, last }),
});

export const forgedLink = ({ seq, audit_id }: Link): AuditFinding => ({
  row: audit_id,
  link: seq,
  detail: text('audit.link-forged', { link: seq }),
});

export const cutShort = (head: ChainHead, last: number): AuditFinding => ({
  link: head.seq,
  detail: text('audit.end-removed', { link: head.seq, time: time(head.at), last }),
});

export const otherLink = (head: ChainHead): AuditFinding => ({
  link: head.seq,
  detail: text('audit.link-replaced', { link: head.seq, time: time(head.at) }),
});

export const forgedCut = (seq: number): AuditFinding => ({
  link: seq,
  detail: text('audit.cut-forged', { link: seq }),
});

export const headGone = (): AuditFinding => ({
  detail: text('audit.end-in-database'),
});

export const headFileAltered = (): AuditFinding => ({
  detail: text('audit.end-in-folder'),
});

export const boundaryMoved = (before: ChainHead, now: ChainHead): AuditFinding => ({
  detail: text('audit.unmarked', { time: time(before.at), before: before.unmarked, now: now.unmarked }),
});

/** These are not about the trail, but about the rows that define rights. */
export const forgery = (found: Forgery): AuditFinding => {
  const { name } = found;
  switch (found.kind) {
    case 'grant':
      return { detail: text('audit.grant-forged', { name, role: found.role }) };
    case 'passkey-removed':
      return { detail: text('audit.passkey-removed', { name }) };
    default:
      return { detail: text(`audit.${found.kind}-forged`, { name }) };
  }
};
