/** What can be wrong with the audit trail, each with the row or the link that it is about. */
import type { ChainHead } from '@sower/api/audit-chain';
import type { AuditFinding } from '@sower/api/resources';
import type { Row } from '../store/tables/schema.ts';

const time = (milliseconds: number): string => new Date(milliseconds).toISOString();
type Link = Pick<Row<'audit_chain'>, 'seq' | 'audit_id'>;

export const unmarkedRow = ({ id }: Pick<Row<'audit'>, 'id'>): AuditFinding => ({
  row: id,
  detail: `Row ${id} was written or altered without the master key.`,
});

export const alteredRow = ({ seq, audit_id }: Link): AuditFinding => ({
  row: audit_id,
  link: seq,
  detail: `The row of link ${seq} was altered, or rows were put in another order.`,
});

export const removedRow = ({ seq, audit_id }: Link): AuditFinding => ({
  row: audit_id,
  link: seq,
  detail: `The row of link ${seq} was removed.`,
});

export const removedLinks = (first: number, last: number): AuditFinding => ({
  link: first,
  detail:
    first === last
      ? `Link ${first} of the chain was removed.`
      : `The links ${first} to ${last} of the chain were removed.`,
});

export const forgedLink = ({ seq, audit_id }: Link): AuditFinding => ({
  row: audit_id,
  link: seq,
  detail: `Link ${seq} was made without the master key.`,
});

export const cutShort = (head: ChainHead, last: number): AuditFinding => ({
  link: head.seq,
  detail: `The chain reached link ${head.seq} at ${time(head.at)} and now ends at link ${last}: its end was removed.`,
});

export const otherLink = (head: ChainHead): AuditFinding => ({
  link: head.seq,
  detail: `Link ${head.seq} is not the one that was there at ${time(head.at)}.`,
});

export const headGone = (): AuditFinding => ({
  detail: 'The end of the chain, as the database keeps it, was removed or altered.',
});

export const headFileAltered = (): AuditFinding => ({
  detail: 'The end of the chain, as the data folder keeps it, was altered.',
});

export const boundaryMoved = (before: ChainHead, now: ChainHead): AuditFinding => ({
  detail: `At ${time(before.at)}, ${before.unmarked} rows were without a mark; now ${now.unmarked} are said to be.`,
});
