/** An entry of a directory as administrators see it. */

import type { SourceEntry } from '@sower/api/identity-sources';
import type { Text } from '@sower/texts/outcomes';
import { isoTime } from '../../core/time.ts';
import type { MappedEntry } from './entry.ts';

export type ShownEntry = Omit<SourceEntry, 'detail' | 'reason' | 'params'> & { readonly detail?: Text };

export const viewEntry = (
  {
    name,
    key,
    userId,
    firstName,
    lastName,
    email,
    telephone,
    logOnNames,
    state,
    passwordUntil,
    refused: why,
  }: MappedEntry,
  groups?: string[],
): ShownEntry => ({
  name,
  ...(key === undefined ? {} : { key }),
  userId,
  firstName,
  lastName,
  email,
  telephone,
  logOnNames: [...logOnNames],
  state,
  ...(passwordUntil === undefined ? {} : { passwordUntil: isoTime(passwordUntil) }),
  ...(groups === undefined ? {} : { groups }),
  ...(why === undefined ? {} : { detail: why }),
});
