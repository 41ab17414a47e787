/** PEM blocks (RFC 7468), found in whatever text surrounds them. Others parse their content. */

/** No block extends over the beginning of another: otherwise the search for a missing end would start over at each. */
const BLOCK = /-----BEGIN ([A-Z0-9 ]+)-----((?:(?!-----)[\s\S])*)-----END \1-----/g;

type PemBlock = {
  readonly label: string;
  /** Including its BEGIN and END lines. */
  readonly pem: string;
  /** Base64, including its line breaks. */
  readonly body: string;
  /** Offset of its beginning in the text. */
  readonly index: number;
};

export const pemBlocks = (text: string): PemBlock[] =>
  [...text.matchAll(BLOCK)].map(({ 0: pem, 1: label = '', 2: body = '', index }) => ({
    label,
    pem,
    body,
    index,
  }));

/** Older programs label certificates differently. */
export const certificateBlocks = (text: string): PemBlock[] =>
  pemBlocks(text).filter(({ label }) => /^(X509 |TRUSTED )?CERTIFICATE$/.test(label));
