/**
 * Sends one mail to the mail server by SMTP (RFC 5321), with STARTTLS (RFC 3207) or TLS from the start. Knows no queue and no template, and
 * decides only what an answer means: accepted, refused for good, or try again.
 */

import { Socket } from 'node:net';
import { MINUTE } from '@sower/api/time';
import { createTransport } from './nodemailer.later.ts';

export type SmtpServer = {
  readonly host: string;
  readonly port: number;
  /** `starttls`: a server that does not offer it gets no mail. */
  readonly security: 'starttls' | 'tls' | 'none';
  readonly user: string;
  readonly password: string | undefined;
  /** PEM; empty: those trusted by the operating system. */
  readonly certificateAuthority: string;
};

type OutgoingMail = {
  /** Envelope sender and recipient. */
  readonly from: string;
  readonly to: string;
  /** The whole message, RFC 5322, with CRLF. */
  readonly raw: Uint8Array;
};

export type SmtpReply =
  /** The server has accepted it. */
  | { readonly kind: 'accepted'; readonly reply: string }
  /** It never will. */
  | { readonly kind: 'refused'; readonly reply: string }
  /** Not now: unreachable, logon failed, or asked to wait. */
  | { readonly kind: 'failed'; readonly reply: string };

export type SendMail = (server: SmtpServer, mail: OutgoingMail) => Promise<SmtpReply>;

/** Longer than any server takes, and shorter than the lease of the queue. */
const DEADLINE_MILLISECONDS = 120_000;
const REPLY_LENGTH = 400;
/** RFC 4954 §6; some servers say so only to the recipient. */
const LOGON_REQUIRED = 530;
/** RFC 1870 §6.1. */
const TOO_LARGE = 552;

/** @param milliseconds for all of it, the connection too: after a limit of the library it stays open, and the mail might still go out */
export const smtpSender =
  (milliseconds: number): SendMail =>
  (server, mail) => {
    const socket = new Socket();
    // Over TLS no third party can listen to it.
    socket.on('error', () => {});
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<SmtpReply>((resolve) => {
      timer = setTimeout(() => {
        socket.destroy();
        resolve({ kind: 'failed', reply: `no end after ${milliseconds / 1000} s` });
      }, milliseconds);
    });
    return Promise.race([send(server, mail, socket), late]).finally(() => clearTimeout(timer));
  };

export const sendBySmtp = smtpSender(DEADLINE_MILLISECONDS);

async function send(server: SmtpServer, mail: OutgoingMail, socket: Socket): Promise<SmtpReply> {
  const transport = createTransport({
    socket,
    host: server.host,
    port: server.port,
    secure: server.security === 'tls',
    requireTLS: server.security === 'starttls',
    ignoreTLS: server.security === 'none',
    tls: {
      minVersion: 'TLSv1.2',
      ...(server.certificateAuthority === '' ? {} : { ca: server.certificateAuthority }),
    },
    ...(server.user === '' ? {} : { auth: { user: server.user, pass: server.password ?? '' } }),
    connectionTimeout: 10_000,
    greetingTimeout: 15_000,
    socketTimeout: MINUTE,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  try {
    const sent = await transport.sendMail({
      envelope: { from: mail.from, to: [mail.to] },
      raw: Buffer.from(mail.raw),
    });
    return { kind: 'accepted', reply: short(sent.response) };
  } catch (error) {
    return replyOf(error);
  } finally {
    transport.close();
  }
}

function replyOf(error: unknown): SmtpReply {
  const { code, command, responseCode, response, message } = error as {
    code?: string;
    command?: string;
    responseCode?: number;
    response?: string;
    message?: string;
  };
  const said = response ?? message ?? String(error);
  const reply = short(code === 'ETLS' ? `STARTTLS, which is required, failed: ${said}` : said);
  // Only what concerns this recipient or message is final. A sender or a logon is a setting of all mail, which someone will correct.
  const isOfMail = code === 'EENVELOPE' || code === 'EMESSAGE';
  const isSetting =
    responseCode === LOGON_REQUIRED || (command === 'MAIL FROM' && responseCode !== TOO_LARGE);
  const final = isOfMail && !isSetting && (responseCode ?? 0) >= 500;
  return { kind: final ? 'refused' : 'failed', reply };
}

function short(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > REPLY_LENGTH ? `${line.slice(0, REPLY_LENGTH - 1)}…` : line;
}
