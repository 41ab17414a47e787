/** Blocks of PEM (RFC 7468), found in whatever text is around them. What is in them is for others to read. */

/** No block reaches over the beginning of another: looking for an end that is not there would begin anew at each. */
const BLOCK = /-----BEGIN ([A-Z0-9 ]+)-----((?:(?!-----)[\s\S])*)-----END \1-----/g;

export type PemBlock = {
  readonly label: string;
  /** With its lines of beginning and end. */
  readonly pem: string;
  /** Base64, with its line ends. */
  readonly body: string;
  /** Where in the text it begins. */
  readonly index: number;
};

export const pemBlocks = (text: string): PemBlock[] =>
  [...text.matchAll(BLOCK)].map(({ 0: pem, 1: label = '', 2: body = '', index }) => ({
    label,
    pem,
    body,
    index,
  }));

/** Certificates also go by the labels of older programs. */
export const certificateBlocks = (text: string): PemBlock[] =>
  pemBlocks(text).filter(({ label }) => /^(X509 |TRUSTED )?CERTIFICATE$/.test(label));
