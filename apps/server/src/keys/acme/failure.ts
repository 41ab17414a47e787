/** Why an ACME request failed: a text that says what to do and, if the authority said so, when to try again. */
import type { Text } from '@sower/texts/outcomes';

export class AcmeFailure extends Error {
  readonly text: Text;
  /** Epoch milliseconds before which the authority allows no further attempt. */
  readonly notBefore: number | undefined;
  constructor(text: Text, notBefore?: number) {
    super(text.code);
    this.text = text;
    this.notBefore = notBefore;
  }
}

const MOST = 300;

/** What a stranger wrote, short and on one line. */
export const shortened = (words: unknown): string =>
  String(words)
    .replace(/[\p{C}\s]+/gu, ' ')
    .trim()
    .slice(0, MOST);
