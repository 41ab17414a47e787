/** `sower audit`: who did what, latest first; and verifying that it is unchanged. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { AuditChain, ChainedRow } from '@sower/api/audit';
import { type ChainStart, followChain, parseAnchor } from '@sower/api/audit-chain';
import { command, localCommand, type OptionRow } from '../command.ts';
import { makeFile, unreadableFile } from '../files.ts';
import { act, listing } from '../operations.ts';
import { fail, type Outcome } from '../outcome.ts';
import { printable, time } from '../terminal/output.ts';
import { withProgress } from '../terminal/progress.ts';
import { t } from '../texts.ts';

const ANCHOR: OptionRow = ['--anchor <anchor>', 'audit.anchor'];

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

const BELOW = [
  listing('listAuditForwarding', {
    usage: 'forward',
    empty: 'audit.forward.none',
    columns: [
      'field.target',
      { title: 'field.lag', value: ({ lag }) => lag, align: 'right' },
      { title: 'field.link', value: ({ link }) => link, align: 'right' },
      { title: 'field.last', value: ({ sentAt }) => time(sentAt) },
      { title: 'field.failures', value: ({ failures }) => failures, align: 'right' },
      { title: 'field.setAside', value: ({ setAside }) => setAside, align: 'right' },
      { title: 'field.reason', value: ({ failure }) => failure },
    ],
  }),
  command({
    usage: 'export <file>',
    run: ({ api, args, terminal }) =>
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
  }),
  localCommand<{ anchor?: string }>({
    usage: 'verify-file <file>',
    options: [ANCHOR],
    run: async ({ args, options }) => {
      const file = args[0]!;
      const anchor = options.anchor === undefined ? undefined : parseAnchor(options.anchor);
      if (options.anchor !== undefined && !anchor)
        return fail('usage', 'bad-anchor', t('audit.verifyFile.badAnchor'));
      try {
        const verdict = await followChain(rowsOf(file), sha256, anchor?.head);
        if (verdict.intact && verdict.rows === 0)
          return fail('usage', 'no-rows', t('audit.verifyFile.noRows', { file: printable(file) }));
        return proven(
          verdict.intact
            ? { intact: true, rows: verdict.rows, detail: t('audit.verifyFile.head', { hash: verdict.head }) }
            : verdict,
        );
      } catch (error) {
        return unreadableFile(file, error);
      }
    },
  }),
  act('verifyAudit', {
    usage: 'verify',
    options: [ANCHOR],
    progress: () => t('audit.verify.progress'),
    done: proven,
  }),
  act('getAuditEnd', { usage: 'head', done: ({ anchor }) => anchor }),
];

export const AUDIT = listing('listAudit', {
  usage: 'audit',
  reads: 'audit.name',
  empty: 'audit.none',
  options: [
    ['--user <userid>', 'audit.user'],
    ['--object <name>', 'audit.object'],
    ['--actor <name>', 'audit.actor'],
    ['--action <name>', 'audit.action'],
    ['--request <id>', 'audit.request'],
    ['--since <time>', 'audit.since'],
    ['--until <time>', 'audit.until'],
  ],
  columns: [
    { title: 'field.at', value: ({ at }) => time(at) },
    'field.actor',
    'field.action',
    'field.object',
    'field.result',
    'field.reason',
    { title: 'field.from', value: ({ source }) => source },
  ],
  commands: BELOW,
});
