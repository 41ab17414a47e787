/**
 * A message as octets: headers (RFC 5322) and a MIME entity (RFC 2045). The entity is made first, so that it can be signed or encrypted
 * before the headers are added. Nothing here is random: a row of the queue always yields the same octets.
 */
import { MimeNode } from './nodemailer.later.ts';

type MailHeaders = {
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

type Picture = {
  /** Without brackets; the HTML names it as `cid:` (RFC 2392). */
  readonly id: string;
  readonly type: string;
  /** Base64. */
  readonly content: string;
};

/**
 * The text and the same as HTML, as `multipart/alternative`; the HTML with the pictures that it names, as `multipart/related` (RFC 2387). In
 * base64, so that no line is too long and no relay changes an octet.
 */
export function textEntity({
  text,
  html,
  pictures,
}: {
  readonly text: string;
  readonly html: string;
  readonly pictures: readonly Picture[];
}): Uint8Array {
  const part = (type: string, content: string): string[] => [
    `Content-Type: ${type}; charset=utf-8`,
    'Content-Transfer-Encoding: base64',
    '',
    base64Lines(Buffer.from(content)),
  ];
  return Buffer.from(
    [
      `Content-Type: multipart/alternative; boundary="${BOUNDARY}"`,
      '',
      `--${BOUNDARY}`,
      ...part('text/plain', text.replace(/\r?\n/g, CRLF)),
      `--${BOUNDARY}`,
      ...related(part('text/html', html), pictures),
      `--${BOUNDARY}--`,
      '',
    ].join(CRLF),
  );
}

const RELATED = '=_sower-related';

const related = (html: readonly string[], pictures: readonly Picture[]): readonly string[] =>
  pictures.length === 0
    ? html
    : [
        `Content-Type: multipart/related; boundary="${RELATED}"; type="text/html"`,
        '',
        `--${RELATED}`,
        ...html,
        ...pictures.flatMap(({ id, type, content }) => [
          `--${RELATED}`,
          `Content-Type: ${type}`,
          'Content-Transfer-Encoding: base64',
          `Content-ID: <${id}>`,
          'Content-Disposition: inline',
          '',
          wrapped(content),
        ]),
        `--${RELATED}--`,
        '',
      ];

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
        wrapped(file.content),
        `--${MIXED}--`,
        '',
      ].join(CRLF),
    ),
  ]);
}

export const base64Lines = (octets: Uint8Array): string => wrapped(Buffer.from(octets).toString('base64'));

const wrapped = (base64: string): string => (base64.match(/.{1,76}/g) ?? []).join(CRLF);

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
