/**
 * Rows to a syslog receiver. Over TLS and TCP a batch has arrived once the receiver has read it to its end and closed: syslog itself answers
 * nothing. Over UDP no one knows whether anything arrived.
 */

import { createSocket } from 'node:dgram';
import { connect as connectPlain, type Socket } from 'node:net';
import { connect as connectSecure } from 'node:tls';
import { text } from '@sower/texts/outcomes';
import { framed } from '../../audit/forward/lines.ts';
import { TextError } from '../../core/outcome.ts';

type Receiver = {
  readonly host: string;
  readonly port: number;
  readonly protection: 'tls' | 'tcp';
  /** PEM of the only authorities trusted; undefined: those of the system. */
  readonly authority: string | undefined;
};

/** Between the last octet and our end: it tells a receiver that dies while it reads from one that has read all. */
const PAUSE_MILLISECONDS = 200;
const UNTRUSTED =
  /^(?:DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_|CERT_|ERR_TLS_CERT_ALTNAME_INVALID)/;

export function failureOf(where: string, error: unknown): TextError {
  const { code = '', name, message } = error as NodeJS.ErrnoException;
  const detail = String(code || message)
    .replace(/[\p{C}\s]+/gu, ' ')
    .slice(0, 200);
  if (name === 'AbortError' || name === 'TimeoutError')
    return new TextError(text('audit-forward.silent', { where }));
  if (UNTRUSTED.test(code)) return new TextError(text('audit-forward.untrusted', { where, detail }));
  return new TextError(text('audit-forward.unreachable', { where, detail }));
}

export async function sendSyslog(
  { host, port, protection, authority }: Receiver,
  lines: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  try {
    await new Promise<void>((done, reject) => {
      const socket: Socket =
        protection === 'tls'
          ? connectSecure({
              host,
              port,
              servername: host,
              minVersion: 'TLSv1.2',
              ...(authority === undefined ? {} : { ca: authority }),
            })
          : connectPlain({ host, port });
      const give = (error: unknown): void => {
        socket.destroy();
        reject(error);
      };
      if (signal.aborted) return give(signal.reason);
      const late = (): void => give(signal.reason);
      signal.addEventListener('abort', late, { once: true });
      let ending = false;
      let ended = false;
      let pause: NodeJS.Timeout | undefined;
      socket.on('error', give);
      // Whatever it says is not expected; it has to be read for its end to be seen.
      socket.resume();
      socket.once('end', () => {
        // Before ours, it is one that dies.
        ended = ending;
      });
      socket.once('close', () => {
        signal.removeEventListener('abort', late);
        clearTimeout(pause);
        if (ended) done();
        else reject(new Error('closed in the middle'));
      });
      socket.once(protection === 'tls' ? 'secureConnect' : 'connect', () => {
        socket.write(lines.map(framed).join(''), (error) => {
          if (error) return;
          pause = setTimeout(() => {
            // After what has arrived meanwhile was read: timers come before that where this process was busy.
            setImmediate(() => {
              ending = true;
              socket.end();
            });
          }, PAUSE_MILLISECONDS);
        });
      });
    });
  } catch (error) {
    throw failureOf(`${host}:${port}`, error);
  }
}

/** What one datagram may hold for sure (RFC 5426 §3.2). */
const MAX_OCTETS = 60_000;

export async function sendDatagrams(
  { host, port }: Pick<Receiver, 'host' | 'port'>,
  lines: readonly string[],
): Promise<void> {
  const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4');
  try {
    for (const line of lines) {
      const octets = Buffer.from(line).subarray(0, MAX_OCTETS);
      await new Promise<void>((done, reject) => {
        socket.once('error', reject);
        socket.send(octets, port, host, (error) => {
          socket.removeListener('error', reject);
          if (error) reject(error);
          else done();
        });
      });
    }
  } catch (error) {
    throw failureOf(`${host}:${port}`, error);
  } finally {
    socket.close();
  }
}
