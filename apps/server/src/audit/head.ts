/**
 * The end of the audit chain, kept outside the chain so that cutting it short is noticed: in the `installation` row, in a file of the data
 * folder, in the memory of each process, and wherever an operator keeps the anchors that the log and `sower audit head` give. Each copy has
 * a keyed hash. Anyone who can write the database can put an earlier copy back there, but not into the others.
 */
import { readFile } from 'node:fs/promises';
import { type ChainHead, headText, parseAnchor } from '@sower/api/audit-chain';
import type { ServerContext } from '../context.ts';
import { writePrivate } from '../keys/seal/private-file.ts';

type Keys = Pick<ServerContext, 'sealing'>;

export const anchorOf = ({ sealing }: Keys, head: ChainHead): string =>
  `${headText(head)}.${sealing.keyedHash('audit-head', headText(head))}`;

/**
 * @param since which data keys count: those of the present, or, for one that was kept elsewhere, any there ever was
 * @returns undefined when it is not an anchor of this installation
 */
export function readAnchor(
  { sealing }: Keys,
  anchor: string | null,
  since: 'now' | 'ever' = 'now',
): ChainHead | undefined {
  const parsed = parseAnchor(anchor ?? '');
  if (!parsed) return undefined;
  const fits = since === 'ever' ? sealing.everFitted : sealing.fits;
  return fits('audit-head', headText(parsed.head), parsed.mac) ? parsed.head : undefined;
}

/** How long the end of the chain may be in memory only. */
const FILE_MILLISECONDS = 10_000;

export type HeadKeeper = {
  /** What this process, and those that share its folder, have seen; `altered` if the file is not as it was written. */
  known(): Promise<{ readonly heads: readonly ChainHead[]; readonly altered: boolean }>;
  /** In memory at once, in the file at intervals. */
  keep(head: ChainHead): Promise<void>;
  /** Writes what is only in memory. */
  flush(): Promise<void>;
};

/** @param file where to keep it; absent: only in memory */
export function headKeeper(context: Keys & Pick<ServerContext, 'now'>, file?: string): HeadKeeper {
  let latest: ChainHead | undefined;
  let written = { seq: -1, at: 0 };

  async function inFile(): Promise<ChainHead | 'altered' | undefined> {
    if (file === undefined) return undefined;
    let text: string;
    try {
      text = await readFile(file, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
    return readAnchor(context, text, 'ever') ?? 'altered';
  }

  async function flush(): Promise<void> {
    if (file === undefined || !latest || latest.seq <= written.seq) return;
    const head = latest;
    written = { seq: head.seq, at: context.now() };
    const present = await inFile();
    // An altered copy stays, so that it is seen; a newer one written by another process is better.
    if (present === 'altered' || (present && present.seq >= head.seq)) return;
    await writePrivate(file, `${anchorOf(context, head)}\n`);
  }

  return {
    async known() {
      const kept = await inFile();
      const heads = [latest, kept].filter((head) => head !== undefined && head !== 'altered');
      return { heads, altered: kept === 'altered' };
    },
    async keep(head) {
      if (!latest || head.seq >= latest.seq) latest = head;
      if (Math.abs(context.now() - written.at) >= FILE_MILLISECONDS) await flush();
    },
    flush,
  };
}
