/**
 * Links rows of the audit trail where they are written: in the same transaction, so that at no moment a committed row is outside the chain.
 * There is one writer at a time, so the end of the chain does not move while it is used.
 *
 * Where something is unusual (no keys yet, an empty chain, an end that is forged or behind one that was seen), the row waits in
 * `audit_unlinked`, and what links these (audit/chain.ts) finds out what it is.
 */
import { hash } from 'node:crypto';
import { chainText } from '@sower/api/audit-chain';
import type { DataKeys } from '../../../keys/seal/key-ring.ts';
import { sealing } from '../../../keys/seal/sealing.ts';

/** The columns of a row, in the order in which a statement that begins with `LINKED` has its parameters. */
export const AUDIT = {
  id: 'text',
  at: 'bigint',
  actor: 'text',
  action: 'text',
  object: 'text',
  result: 'text',
  reason: 'text',
  text: 'text',
  source: 'text',
  mark: 'text',
  request: 'text',
} as const;

const COLUMNS = Object.keys(AUDIT);
const listedColumns = COLUMNS.map((column) => `"${column}"`).join(', ');

/** Begins a statement that inserts a row of the trail: the row is linked too. With the parameters of several rows, it is done for each. */
export const LINKED = '/* linked */ ';
export const INSERT_LINKED = `${LINKED}insert into "audit" (${listedColumns}) values (${COLUMNS.map(() => '?').join(', ')})`;

const LAST = 'select seq, hash, mac from audit_chain order by seq desc limit 1';
const LINK = 'insert into audit_chain (seq, audit_id, hash, mac) values (?, ?, ?, ?)';
const WAIT = 'insert into audit_unlinked (audit_id) values (?)';

type Link = { readonly seq: number; readonly hash: string; readonly mac: string };
export type ChainEnd = Pick<Link, 'seq' | 'hash'>;

/** What is needed to link, and a link that was the end of the chain: whatever ends before it was cut. */
export type LinkWith = { readonly keys: DataKeys; readonly seen: number };

type Run = (sql: string, parameters: readonly unknown[]) => { readonly rows: unknown[] };

const noRandom = (): never => {
  throw new TypeError('links need no random numbers');
};

export class AuditLinks {
  readonly #run: Run;
  #keys: DataKeys | undefined;
  readonly #sealing = sealing(() => {
    if (!this.#keys) throw new TypeError('no keys yet');
    return this.#keys;
  }, noRandom);
  #seen = 0;
  /** What the last commit ended with: made here, so not checked again. */
  #own: Link | undefined;
  /** The end in the present transaction; null where rows have to wait, undefined before the first row. */
  #end: Link | null | undefined;

  constructor(run: Run) {
    this.#run = run;
  }

  use({ keys, seen }: LinkWith): void {
    this.#keys = keys;
    this.#seen = Math.max(this.#seen, seen);
  }

  /** In a transaction. @param statement begins with `LINKED` @param parameters of one or more rows */
  append(statement: string, parameters: readonly unknown[]): void {
    for (let from = 0; from < parameters.length; from += COLUMNS.length) {
      const values = parameters.slice(from, from + COLUMNS.length);
      this.#run(statement, values);
      this.#link(values);
    }
  }

  #link([id, at, actor, action, object, result, reason, , source]: readonly unknown[]): void {
    if (this.#end === undefined) this.#end = this.#last() ?? null;
    if (this.#end === null) {
      this.#run(WAIT, [id]);
      return;
    }
    const seq = this.#end.seq + 1;
    const row = { seq, id, at, actor, action, object, result, reason, source };
    const linked = hash('sha256', chainText(this.#end.hash, row as Parameters<typeof chainText>[1]));
    const mac = this.#sealing.keyedHash('audit-chain', `${seq}:${linked}`);
    this.#run(LINK, [seq, id, linked, mac]);
    this.#end = { seq, hash: linked, mac };
  }

  #last(): Link | undefined {
    if (!this.#keys) return undefined;
    const last = this.#run(LAST, []).rows[0] as Link | undefined;
    if (!last || last.seq < this.#seen) return undefined;
    const { seq, hash: linked, mac } = last;
    const isOwn = this.#own?.mac === mac && this.#own.seq === seq && this.#own.hash === linked;
    return isOwn || this.#sealing.fits('audit-chain', `${seq}:${linked}`, mac) ? last : undefined;
  }

  begun(): void {
    this.#end = undefined;
  }

  /** @returns the end of the chain, if the transaction that was committed has moved it */
  committed(): ChainEnd | undefined {
    const end = this.#end;
    this.#end = undefined;
    if (!end || end === this.#own) return undefined;
    this.#own = end;
    this.#seen = Math.max(this.#seen, end.seq);
    return { seq: end.seq, hash: end.hash };
  }
}
