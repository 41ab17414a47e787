/** The destinations that `--audit-forward` names. A new one begins with the next row; with `from=start`, at the beginning of the trail. */

import { constants, type FileHandle, open } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { text } from '@sower/texts/outcomes';
import { destinationName, type ForwardDestination } from '../../audit/forward/destinations.ts';
import type { ForwardTarget } from '../../audit/forward/forward.ts';
import { jsonLine, syslogLine } from '../../audit/forward/lines.ts';
import { TextError } from '../../core/outcome.ts';
import { failureOf, sendDatagrams, sendSyslog } from './syslog.ts';
import { postRows } from './webhook.ts';

/** Rows to a file, or to a named pipe that another program reads. */

/** Anyone who opens a pipe that no one reads would wait for ever, in a thread that keeps the process from ending. */
const FLAGS = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_NONBLOCK;
/** Before a pipe that is full is tried again. */
const FULL_MILLISECONDS = 20;

function fileAppender(file: string): (lines: string, signal: AbortSignal) => Promise<void> {
  /** A pipe has no end to look at. */
  let isPipeCut = false;
  return async (lines, signal) => {
    try {
      // Opened each time: anyone who rotates it has nothing to tell.
      const handle = await open(file, FLAGS, 0o640);
      try {
        const stats = await handle.stat();
        const isFile = stats.isFile();
        // The next line would be lost with one that was cut.
        const octets = Buffer.from(
          (isFile ? await isCut(file, stats.size) : isPipeCut) ? `\n${lines}` : lines,
        );
        isPipeCut = true;
        await writeAll(handle, octets, signal);
        isPipeCut = false;
        // Nothing else can be synchronized.
        if (isFile) await handle.datasync();
      } finally {
        await handle.close();
      }
    } catch (error) {
      const { code, name } = error as NodeJS.ErrnoException;
      if (name === 'AbortError' || name === 'TimeoutError') throw failureOf(file, error);
      throw new TextError(
        code === 'ENXIO' || code === 'EPIPE'
          ? text('audit-forward.unread', { file })
          : text('audit-forward.file', { file, detail: String(code) }),
      );
    }
  };
}

async function writeAll(handle: FileHandle, octets: Buffer, signal: AbortSignal): Promise<void> {
  for (let from = 0; from < octets.length; ) {
    signal.throwIfAborted();
    try {
      from += (await handle.write(octets, from)).bytesWritten;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
      await wait(FULL_MILLISECONDS);
    }
  }
}

/** A full disk, or a host that went down, may leave half a line. What only may be appended to is not looked at. */
async function isCut(file: string, size: number): Promise<boolean> {
  const handle = size === 0 ? undefined : await open(file, 'r').catch(() => undefined);
  if (!handle) return false;
  try {
    const { buffer } = await handle.read(Buffer.alloc(1), 0, 1, size - 1);
    return buffer[0] !== 0x0a;
  } finally {
    await handle.close();
  }
}

export function forwardTargets(
  destinations: readonly ForwardDestination[],
  { host, version, now }: { readonly host: string; readonly version: string; readonly now: () => number },
): ForwardTarget[] {
  return destinations.map((destination): ForwardTarget => {
    const { fromStart } = destination;
    const name = destinationName(destination);
    if (destination.kind === 'stdout')
      return {
        name,
        fromStart,
        send: (rows) =>
          new Promise((done, reject) =>
            process.stdout.write(`${rows.map(jsonLine).join('\n')}\n`, (error) =>
              error ? reject(error) : done(),
            ),
          ),
      };
    if (destination.kind === 'file') {
      const append = fileAppender(destination.file);
      return {
        name,
        fromStart,
        send: (rows, signal) => append(`${rows.map(jsonLine).join('\n')}\n`, signal),
      };
    }
    if (destination.kind === 'webhook') {
      const webhook = { ...destination, userAgent: `sower/${version}` };
      return {
        name,
        fromStart,
        send: (rows, signal) => {
          const id = `audit-${rows[0]?.seq}-${rows.at(-1)?.seq}-${rows.at(-1)?.hash.slice(0, 12)}`;
          const timestamp = new Date(now()).toISOString();
          const body = JSON.stringify({ type: 'audit.rows', timestamp, data: { rows } });
          return postRows(webhook, { id, body, now: now() }, signal);
        },
      };
    }
    const { protection, format } = destination;
    const line = (row: Parameters<typeof syslogLine>[0]): string =>
      syslogLine(row, { host, format, version });
    return {
      name,
      fromStart,
      send: (rows, signal) =>
        protection === 'udp'
          ? sendDatagrams(destination, rows.map(line))
          : sendSyslog({ ...destination, protection }, rows.map(line), signal),
    };
  });
}
