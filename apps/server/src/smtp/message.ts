/**
 * A message as octets: headers (RFC 5322) and a MIME entity (RFC 2045). The entity is made first, so that it can be signed or encrypted
 * before the headers are added. Nothing here is random: a row of the queue always yields the same octets.
 */
import MimeNode from 'nodemailer/lib/mime-node';

export type MailHeaders = {
  readonly from: string;
  readonly fromName: string;
  /** Empty: none. */
  readonly replyTo: string;
  readonly to: string;
  readonly subject: string;
  /** Including its angle brackets. */
  readonly messageId: string;
  /** Epoch milliseconds. */
  readonly date: number;
};

const CRLF = '\r\n';
const BOUNDARY = '=_sower-alternative';

/** The text and the same as HTML, as `multipart/alternative`. In base64, so that no line is too long and no relay changes an octet. */
export function textEntity({ text, html }: { readonly text: string; readonly html: string }): Uint8Array {
  const part = (type: string, content: string): string[] => [
    `--${BOUNDARY}`,
    `Content-Type: ${type}; charset=utf-8`,
    'Content-Transfer-Encoding: base64',
    '',
    base64Lines(Buffer.from(content)),
  ];
  return Buffer.from(
    [
      `Content-Type: multipart/alternative; boundary="${BOUNDARY}"`,
      '',
      ...part('text/plain', text.replace(/\r?\n/g, CRLF)),
      ...part('text/html', html),
      `--${BOUNDARY}--`,
      '',
    ].join(CRLF),
  );
}

const MIXED = '=_sower-mixed';

/** An entity and a file beside it, as `multipart/mixed`. @param file its content in base64; its name in ASCII */
export function withAttachment(
  entity: Uint8Array,
  file: { readonly fileName: string; readonly type: string; readonly content: string },
): Uint8Array {
  return Buffer.concat([
    Buffer.from([`Content-Type: multipart/mixed; boundary="${MIXED}"`, '', `--${MIXED}`, ''].join(CRLF)),
    entity,
    Buffer.from(
      [
        `--${MIXED}`,
        `Content-Type: ${file.type}`,
        'Content-Transfer-Encoding: base64',
        `Content-Disposition: attachment; filename="${file.fileName}"`,
        '',
        (file.content.match(/.{1,76}/g) ?? []).join(CRLF),
        `--${MIXED}--`,
        '',
      ].join(CRLF),
    ),
  ]);
}

export function base64Lines(octets: Uint8Array): string {
  return (
    Buffer.from(octets)
      .toString('base64')
      .match(/.{1,76}/g) ?? []
  ).join(CRLF);
}

/** @param entity begins with its `Content-Type` */
export function message(headers: MailHeaders, entity: Uint8Array): Uint8Array {
  const node = new MimeNode();
  node.setHeader([
    {
      key: 'From',
      value: `${headers.fromName === '' ? '' : `"${quoted(headers.fromName)}" `}<${headers.from}>`,
    },
    { key: 'To', value: headers.to },
    ...(headers.replyTo === '' ? [] : [{ key: 'Reply-To', value: headers.replyTo }]),
    { key: 'Subject', value: headers.subject },
    { key: 'Message-ID', value: headers.messageId },
    { key: 'Date', value: new Date(headers.date).toUTCString().replace('GMT', '+0000') },
    // Automatic responders do not answer it (RFC 3834 §5).
    { key: 'Auto-Submitted', value: 'auto-generated' },
  ]);
  return Buffer.concat([Buffer.from(node.buildHeaders()), Buffer.from(CRLF), entity]);
}

const quoted = (name: string): string => name.replace(/["\\]/g, (character) => `\\${character}`);
