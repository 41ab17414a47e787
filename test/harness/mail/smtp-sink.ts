/** A mail server for tests: a real one on loopback that keeps what it accepted, and refuses, waits or is down as it is told. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { ownCertificate } from '@sower/server/keys/x509/tls';
import { type ParsedMail, simpleParser } from 'mailparser';
import { SMTPServer } from 'smtp-server';
import { freePort } from '../processes/free-port.ts';

export type Received = {
  readonly from: string;
  readonly to: readonly string[];
  readonly raw: Buffer;
  readonly parsed: ParsedMail;
  /** Whether it came over TLS. */
  readonly secure: boolean;
  readonly user: string | undefined;
};

export type Sink = {
  readonly port: number;
  /** PEM of the authority behind its certificate. */
  readonly ca: string;
  /** Accepted, each with a 250. */
  readonly received: Received[];
  /** What it answers to a message: nothing said means 250. */
  behave(answer?: (received: Received) => Promise<void> | void): void;
  /** Refuses recipients with this answer; nothing said means none. */
  refuse(error?: { responseCode: number; message: string }): void;
  /** Refuses senders with this answer; nothing said means none. */
  refuseSender(error?: { responseCode: number; message: string }): void;
  start(): Promise<void>;
  /** Down: connections are refused. */
  stop(): Promise<void>;
  close(): Promise<void>;
};

const errorOf = (refusal: { responseCode: number; message: string } | undefined): Error | undefined =>
  refusal && Object.assign(new Error(refusal.message), { responseCode: refusal.responseCode });

export async function smtpSink(
  options: { tls?: 'starttls' | 'implicit' | 'none'; password?: string } = {},
): Promise<Sink> {
  const folder = mkdtempSync(join(tmpdir(), 'sower-smtp-'));
  const { cert, key } = await ownCertificate(join(folder, 'tls'), ['localhost', '127.0.0.1'], Date.now());
  const ca = readFileSync(join(folder, 'tls', 'ca.pem'), 'utf8');
  const port = await freePort();
  const received: Received[] = [];
  let answer: (received: Received) => Promise<void> | void = () => {};
  let refusal: { responseCode: number; message: string } | undefined;
  let senderRefusal: typeof refusal;
  let server: SMTPServer | undefined;
  const mode = options.tls ?? 'starttls';

  async function start(): Promise<void> {
    const made = new SMTPServer({
      secure: mode === 'implicit',
      cert,
      key,
      authOptional: options.password === undefined,
      disabledCommands: [
        ...(options.password === undefined ? ['AUTH'] : []),
        ...(mode === 'none' ? ['STARTTLS'] : []),
      ],
      logger: false,
      onAuth: ({ username, password }, _, callback) =>
        password === options.password
          ? callback(null, { user: username ?? '' })
          : callback(new Error('535 5.7.8 wrong')),
      onMailFrom: (_, __, callback) => callback(errorOf(senderRefusal)),
      onRcptTo: (_, __, callback) => callback(errorOf(refusal)),
      onData: async (stream, session, callback) => {
        try {
          const raw = await buffer(stream);
          const mail: Received = {
            from: session.envelope.mailFrom === false ? '' : session.envelope.mailFrom.address,
            to: session.envelope.rcptTo.map(({ address }) => address),
            raw,
            parsed: await simpleParser(raw),
            secure: session.secure,
            user: session.user === undefined ? undefined : String(session.user),
          };
          await answer(mail);
          received.push(mail);
          callback(null, 'queued as 4758');
        } catch (error) {
          callback(error as Error);
        }
      },
    });
    made.on('error', () => {});
    await new Promise<void>((resolve, reject) => {
      made.once('error', reject);
      made.listen(port, '127.0.0.1', resolve);
    });
    server = made;
  }
  async function stop(): Promise<void> {
    const old = server;
    server = undefined;
    if (old) await new Promise<void>((resolve) => old.close(() => resolve()));
  }
  await start();
  return {
    port,
    ca,
    received,
    behave(next = () => {}) {
      answer = next;
    },
    refuse(error) {
      refusal = error;
    },
    refuseSender(error) {
      senderRefusal = error;
    },
    start,
    stop,
    async close() {
      await stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
