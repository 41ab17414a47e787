/**
 * What a user ID or the name of an administrator can be: UsernameCaseMapped of RFC 8265 §3.3 (PRECIS, RFC 8264), in the profile of
 * docs/decisions/0114-names-of-users.md. Two names are one if their keys are: the key of a name is its lower case, so case is kept as written.
 */
import { UNSEEN } from '@sower/bytes/printable';

/** RFC 8265 §3.3.2: width mapping and normalization, in this order; case is mapped for comparison alone. */
export const preparedName = (text: string): string =>
  text.replace(/[\u3000\uff01-\uffef]/g, (wide) => wide.normalize('NFKC')).normalize('NFC');

/** RFC 8264 §9.1, §9.6 and §9.11: letters and digits, the exceptions that are valid, and all of ASCII that is seen. */
const VALID = /^[!-~\p{Ll}\p{Lu}\p{Lo}\p{Nd}\p{Lm}\p{Mn}\p{Mc}\u06fd\u06fe\u0f0b\u3007]+$/u;
/** RFC 8264 §9.6, the exceptions that are not valid, and §9.10, Hangul that is not composed. */
const INVALID = /[\u0640\u07fa\u302e\u302f\u3031-\u3035\u303b\u1100-\u11ff\ua960-\ua97c\ud7b0-\ud7fb]/;

/** Right to left: the letters of these scripts have the bidirectional class R or AL. */
const RTL =
  /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}\p{Script=Samaritan}\p{Script=Mandaic}\p{Script=Adlam}\p{Script=Hanifi_Rohingya}]/u;
const ARABIC_DIGIT = /[\u0660-\u0669]/;
const EXTENDED_ARABIC_DIGIT = /[\u06f0-\u06f9]/;
const EUROPEAN_DIGIT = /[0-9\u06f0-\u06f9]/;

/** RFC 5893 §2, and the rule of contexts of RFC 5892 A.8 and A.9: digits of two kinds do not mix. */
function keepsDirection(part: string): boolean {
  if (ARABIC_DIGIT.test(part) && EXTENDED_ARABIC_DIGIT.test(part)) return false;
  if (!RTL.test(part) && !ARABIC_DIGIT.test(part)) return true;
  const letters = part.match(/\p{L}/gu) ?? [];
  const [first = ''] = part;
  return (
    /\p{L}/u.test(first) &&
    letters.every((letter) => RTL.test(letter)) &&
    /[\p{L}\p{Nd}]\p{Mn}*$/u.test(part) &&
    !(ARABIC_DIGIT.test(part) && EUROPEAN_DIGIT.test(part))
  );
}

/** RFC 8264 §9.17: another character is what is meant, as with ligatures and mathematical letters. */
const hasCompatibility = (part: string): boolean =>
  [...part].some((character) => character.normalize('NFKC') !== character.normalize('NFC'));

/** @param name prepared. Of several parts, one space is between them (RFC 8265 §3.1). */
export const isUserName = (name: string): boolean =>
  name
    .split(' ')
    .every(
      (part) =>
        VALID.test(part) &&
        !INVALID.test(part) &&
        part.search(UNSEEN) === -1 &&
        !/^\p{M}/u.test(part) &&
        !hasCompatibility(part) &&
        keepsDirection(part),
    );
