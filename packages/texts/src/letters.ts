/** What is printed on letters, in the language of the person who gets one. */
import { translatorsOf } from './table.ts';
import { type Catalogue, table } from './tables/mail.ts';

export const lettersIn = translatorsOf<Catalogue>(table);
