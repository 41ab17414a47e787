/** `sower audit`: who did what, latest first; and verifying that it is unchanged. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { AuditChain, AuditEntry } from '@sower/api/audit';
import { type ChainedRow, type ChainStart, followChain, parseAnchor } from '@sower/api/audit-chain';
import type { AuditForward } from '@sower/api/audit-forwarding';
import type { Command } from 'commander';
import { addCommand, addServerCommand, type Frame } from '../command.ts';
import { makeFile, unreadableFile } from '../files.ts';
import { type ListOptions, list, listed, listOptions } from '../listing.ts';
import { unchanged } from '../options.ts';
import { fail, type Outcome } from '../outcome.ts';
import { type Column, printable, time } from '../terminal/output.ts';
import { withProgress } from '../terminal/progress.ts';
import { t } from '../texts.ts';

const COLUMNS: readonly Column<AuditEntry>[] = [
  { title: 'field.at', value: (entry) => time(entry.at) },
  { title: 'field.actor', value: (entry) => entry.actor },
  { title: 'field.action', value: (entry) => entry.action },
  { title: 'field.object', value: (entry) => entry.object },
  { title: 'field.result', value: (entry) => entry.result },
  { title: 'field.reason', value: (entry) => entry.reason },
  { title: 'field.from', value: (entry) => entry.source },
];

const FORWARDS: readonly Column<AuditForward>[] = [
  { title: 'field.target', value: (forward) => forward.target },
  { title: 'field.lag', value: (forward) => forward.lag, align: 'right' },
  { title: 'field.link', value: (forward) => forward.link, align: 'right' },
  { title: 'field.last', value: (forward) => time(forward.sentAt) },
  { title: 'field.failures', value: (forward) => forward.failures, align: 'right' },
  { title: 'field.setAside', value: (forward) => forward.setAside, align: 'right' },
  { title: 'field.reason', value: (forward) => forward.failure },
];

const FILTERS = ['user', 'object', 'actor', 'action', 'request', 'since', 'until'] as const;

export function addAuditCommand(frame: Frame, program: Command): void {
  type Filter = Partial<Record<(typeof FILTERS)[number], string>>;
  addServerCommand<ListOptions & Filter>(
    frame,
    program,
    'audit',
    t('audit.summary'),
    (command) =>
      listOptions(command)
        .option('--user <userid>', t('audit.user'))
        .option('--object <name>', t('audit.object'))
        .option('--actor <name>', t('audit.actor'))
        .option('--action <name>', t('audit.action'))
        .option('--request <id>', t('audit.request'))
        .option('--since <time>', t('audit.since'))
        .option('--until <time>', t('audit.until')),
    ({ api, terminal, options }) =>
      list(terminal, options, { columns: COLUMNS, name: t('audit.name'), empty: t('audit.none') }, (page) =>
        api('listAudit', {
          query: {
            ...page,
            ...Object.fromEntries(
              FILTERS.flatMap((name) => (options[name] === undefined ? [] : [[name, options[name]]])),
            ),
          },
        }),
      ),
  );

  const audit = program.commands.find((command) => command.name() === 'audit') as Command;
  addServerCommand(frame, audit, 'forward', t('audit.forward.summary'), unchanged, async ({ api }) => {
    const { items } = await api('listAuditForwarding', {});
    return listed(items, { columns: FORWARDS, empty: t('audit.forward.none') }, undefined);
  });
  addServerCommand(
    frame,
    audit,
    'export <file>',
    t('audit.export.summary'),
    unchanged,
    ({ api, args, terminal }) =>
      withProgress(terminal, { message: t('audit.export.progress') }, (progress) => {
        const file = args[0]!;
        // The beginning of a chain verifies on its own, and could be taken for the whole chain.
        const fill = async (append: (text: string) => void): Promise<Outcome> => {
          let rows = 0;
          for (let after = 0; ; ) {
            const { items, start } = await api('exportAudit', { query: { after } });
            append([...(start ? [start] : []), ...items].map((row) => `${JSON.stringify(row)}\n`).join(''));
            rows += items.length;
            progress.report(t('audit.export.progressRows', { rows }));
            const last = items.at(-1);
            if (!last) break;
            after = last.seq;
          }
          return {
            ok: true,
            json: { file, rows },
            text: t('audit.export.done', { count: rows, file: printable(file) }),
          };
        };
        return makeFile(file, fill, 'unwritable-file');
      }),
  );
  addCommand<AnchorOption>(
    frame,
    audit,
    'verify-file <file>',
    t('audit.verifyFile.summary'),
    anchorOption,
    async ({ args, options }) => {
      const file = args[0]!;
      const anchor = options.anchor === undefined ? undefined : parseAnchor(options.anchor);
      if (options.anchor !== undefined && !anchor)
        return fail('usage', 'bad-anchor', t('audit.verifyFile.badAnchor'));
      try {
        const verdict = await followChain(rowsOf(file), sha256, anchor?.head);
        return proven(
          verdict.intact
            ? { intact: true, rows: verdict.rows, detail: t('audit.verifyFile.head', { hash: verdict.head }) }
            : verdict,
        );
      } catch (error) {
        return unreadableFile(file, error);
      }
    },
  );
  addServerCommand<AnchorOption>(
    frame,
    audit,
    'verify',
    t('audit.verify.summary'),
    anchorOption,
    async ({ api, terminal, options }) =>
      withProgress(terminal, { message: t('audit.verify.progress') }, async () =>
        proven(
          await api('verifyAudit', {
            query: options.anchor === undefined ? {} : { anchor: options.anchor },
          }),
        ),
      ),
  );
  addServerCommand(frame, audit, 'head', t('audit.head.summary'), unchanged, async ({ api }) => {
    const end = await api('getAuditEnd', {});
    return { ok: true, json: end, text: end.anchor };
  });
}

type AnchorOption = { anchor?: string };
const anchorOption = (command: Command): Command => command.option('--anchor <anchor>', t('audit.anchor'));

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

async function* rowsOf(file: string): AsyncIterable<ChainedRow | ChainStart> {
  const lines = createInterface({
    input: createReadStream(file, 'utf8'),
    crlfDelay: Number.POSITIVE_INFINITY,
  });
  for await (const line of lines) if (line !== '') yield JSON.parse(line) as ChainedRow | ChainStart;
}

/** A verification by the server says more than one of a file. */
type Proof = Pick<AuditChain, 'intact' | 'rows' | 'detail'> & Partial<AuditChain>;

function proven(proof: Proof): Outcome {
  const { intact, rows, detail, from, to, unmarked = 0, unlinked = 0, findings = [], broken } = proof;
  if (intact) {
    const sentences = [
      // The server's `detail` already says so.
      ...('findings' in proof ? [] : [t('audit.proof.intact', { count: rows })]),
      printable(detail),
      ...(from && to ? [t('audit.proof.span', { from: time(from)!, to: time(to)! })] : []),
      ...(unmarked > 0 ? [t('audit.proof.unmarked', { count: unmarked })] : []),
      ...(unlinked > 0 ? [t('audit.proof.unlinked', { count: unlinked })] : []),
    ];
    return { ok: true, json: proof, text: t('audit.proof.sentences', { sentences }) };
  }
  const sentences = [
    broken === undefined
      ? t('audit.proof.broken', { detail })
      : t('audit.proof.brokenAt', { row: broken, detail }),
    ...(findings.length > 1 ? [t('audit.proof.others', { count: findings.length - 1 })] : []),
  ];
  return fail('refused', 'chain-broken', t('audit.proof.sentences', { sentences }), {
    next: t('audit.proof.brokenNext'),
    details: { ...proof },
  });
}
