/** A reason in two columns: `text`, its key and values, and `reason`, the same in English, for exports and for people. */
import { inEnglish, readText, type Text } from '@sower/texts/outcomes';

/** Plain words only if they are not a text: a name, a list of permissions. */
export type Reason = Text | string;

export type ReasonColumns = { readonly reason: string | null; readonly text: string | null };

/** @param harmless makes words safe and short */
export function reasonColumns(
  reason: Reason | null | undefined,
  harmless: (words: string) => string = (words) => words,
): ReasonColumns {
  if (reason === undefined || reason === null) return { reason: null, text: null };
  if (typeof reason === 'string') return { reason: harmless(reason), text: null };
  const plain = JSON.stringify(reason);
  // Each value separately, so that the words in another language are as harmless as the English ones.
  const text =
    harmless(plain) === plain
      ? plain
      : JSON.stringify(reason, (name, value: unknown) =>
          typeof value === 'string' && name !== 'code' ? harmless(value) : value,
        );
  return { reason: harmless(inEnglish(reason)), text: text.length > MOST ? null : text };
}

const MOST = 4_000;

/** As a value of another text. */
export const reasonValue = (row: ReasonColumns): Reason =>
  (row.text === null ? undefined : readText(row.text)) ?? row.reason ?? '–';
