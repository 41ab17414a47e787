/**
 * A stored secret is sent wherever its settings say: a mail password, to the mail server. Anyone who may edit the settings could name a server
 * of their own and receive it. So the secret must be entered again, or removed, when its destination changes.
 */

import type { Text } from '@sower/texts/outcomes';
import { invalidAt, type Refused } from './outcome.ts';

/**
 * @param destination the settings that say where the secret goes, and how it is protected on the way
 * @param given the secret in this change; undefined: as stored
 * @param why shown to the person
 * @param field that takes the secret
 */
export function secretToRepeat<Settings extends object>(
  before: { readonly settings: Settings; readonly secretStored: boolean },
  after: Settings,
  destination: readonly (keyof Settings)[],
  given: string | undefined,
  why: Text,
  field = 'password',
): Refused | undefined {
  if (given !== undefined || !before.secretStored) return undefined;
  if (destination.every((name) => before.settings[name] === after[name])) return undefined;
  return invalidAt(field, why);
}
