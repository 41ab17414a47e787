/** `sower audit`: who did what, latest first; and the proof that nobody changed it. */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { AuditChain, AuditEntry } from '@sower/api/audit';
import { type ChainedRow, followChain, parseAnchor } from '@sower/api/audit-chain';
import type { Command } from 'commander';
import { addCommand, addServerCommand, type Frame } from '../command.ts';
import { type ListOptions, list, listOptions } from '../listing.ts';
import { unchanged } from '../options.ts';
import { fail, type Outcome } from '../outcome.ts';
import { type Column, printable, time } from '../terminal/output.ts';
import { withProgress } from '../terminal/progress.ts';

const COLUMNS: readonly Column<AuditEntry>[] = [
  { title: 'At', value: (entry) => time(entry.at) },
  { title: 'Actor', value: (entry) => entry.actor },
  { title: 'Action', value: (entry) => entry.action },
  { title: 'Object', value: (entry) => entry.object },
  { title: 'Result', value: (entry) => entry.result },
  { title: 'Reason', value: (entry) => entry.reason },
  { title: 'From', value: (entry) => entry.source },
];

export function addAuditCommand(frame: Frame, program: Command): void {
  addServerCommand<ListOptions & { user?: string; object?: string; actor?: string; action?: string }>(
    frame,
    program,
    'audit',
    'Read the audit trail, latest first',
    (command) =>
      listOptions(command)
        .option('--user <userid>', 'only about this user and the tokens the user has or was given')
        .option('--object <name>', 'only about this, such as token:000100000001 or user:ada')
        .option('--actor <name>', 'only by this actor')
        .option('--action <name>', 'only this action'),
    ({ api, terminal, options }) =>
      list(
        terminal,
        options,
        { columns: COLUMNS, name: 'the audit trail', empty: 'No entries found.' },
        (page) =>
          api('listAudit', {
            query: {
              ...page,
              ...(options.user === undefined ? {} : { user: options.user }),
              ...(options.object === undefined ? {} : { object: options.object }),
              ...(options.actor === undefined ? {} : { actor: options.actor }),
              ...(options.action === undefined ? {} : { action: options.action }),
            },
          }),
      ),
  );

  const audit = program.commands.find((command) => command.name() === 'audit') as Command;
  addServerCommand(
    frame,
    audit,
    'export <file>',
    'Write the whole trail with its chain, a JSON line each row, to be kept and proven elsewhere',
    unchanged,
    ({ api, args, terminal }) =>
      withProgress(terminal, { message: 'Writing the audit trail' }, async (progress) => {
        const file = args[0]!;
        const stream = createWriteStream(file, { flags: 'wx', mode: 0o600 });
        try {
          await once(stream, 'open');
        } catch (error) {
          return fail('usage', 'unwritable-file', `${file}: ${(error as Error).message}`);
        }
        let rows = 0;
        for (let after = 0; ; ) {
          const { items } = await api('exportAudit', { query: { after } });
          for (const row of items) stream.write(`${JSON.stringify(row)}\n`);
          rows += items.length;
          progress.report(`Writing the audit trail: ${rows}`);
          const last = items.at(-1);
          if (!last) break;
          after = last.seq;
        }
        stream.end();
        await once(stream, 'finish');
        return { ok: true, json: { file, rows }, text: `${rows} rows are written to ${printable(file)}.` };
      }),
  );
  addCommand<AnchorOption>(
    frame,
    audit,
    'verify-file <file>',
    'Prove an exported trail offline: no row was altered, removed or reordered',
    anchorOption,
    async ({ args, options }) => {
      const file = args[0]!;
      const anchor = options.anchor === undefined ? undefined : parseAnchor(options.anchor);
      if (options.anchor !== undefined && !anchor)
        return fail('usage', 'bad-anchor', 'An anchor is what `sower audit head` prints.');
      try {
        const verdict = await followChain(rowsOf(file), sha256, anchor?.head);
        return proven(
          verdict.intact
            ? { intact: true, rows: verdict.rows, detail: `The last hash is ${verdict.head}.` }
            : verdict,
        );
      } catch (error) {
        return fail('usage', 'unreadable-file', `${file}: ${(error as Error).message}`);
      }
    },
  );
  addServerCommand<AnchorOption>(
    frame,
    audit,
    'verify',
    'Prove the audit trail on the server: nothing was altered, removed, or added beside it',
    anchorOption,
    async ({ api, terminal, options }) =>
      withProgress(terminal, { message: 'Following the chain' }, async () =>
        proven(await api('verifyAudit', { query: options })),
      ),
  );
  addServerCommand(
    frame,
    audit,
    'head',
    'Print an anchor: where the chain ends now. Keep it away from the server',
    unchanged,
    async ({ api }) => {
      const end = await api('getAuditEnd', {});
      return { ok: true, json: end, text: end.anchor };
    },
  );
}

type AnchorOption = { anchor?: string };
const anchorOption = (command: Command): Command =>
  command.option(
    '--anchor <anchor>',
    'also prove that this end of the chain, printed earlier, is still in it',
  );

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

async function* rowsOf(file: string): AsyncIterable<ChainedRow> {
  const lines = createInterface({
    input: createReadStream(file, 'utf8'),
    crlfDelay: Number.POSITIVE_INFINITY,
  });
  for await (const line of lines) if (line !== '') yield JSON.parse(line) as ChainedRow;
}

/** A proof by the server says more than one of a file. */
type Proof = Pick<AuditChain, 'intact' | 'rows' | 'detail'> & Partial<AuditChain>;

function proven(proof: Proof): Outcome {
  const { intact, rows, detail, from, to, unmarked = 0, unlinked = 0, findings = [], broken } = proof;
  const about = [
    ...(from && to ? [`It is about the rows from ${time(from)} to ${time(to)}.`] : []),
    ...(unmarked > 0
      ? [`The first ${unmarked} were written before rows carried a mark, and are linked only.`]
      : []),
    ...(unlinked > 0 ? [`${unlinked} more are not linked yet.`] : []),
  ].join(' ');
  if (intact) {
    return {
      ok: true,
      json: proof,
      text: `The chain is intact: ${rows} rows. ${printable(detail)} ${about}`.trimEnd(),
    };
  }
  const where = broken === undefined ? '' : ` at row ${broken}`;
  const others = findings.length > 1 ? ` ${findings.length - 1} more findings are in --json.` : '';
  return fail('refused', 'chain-broken', `The chain is broken${where}: ${detail}${others}`, {
    next: 'Somebody changed the database beside the server, or it was restored in part. Compare with an export or a backup.',
    details: { ...proof },
  });
}
