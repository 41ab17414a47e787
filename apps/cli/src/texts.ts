/** The texts of the command line, which speaks English. Those that the web authenticator has too come from one place. */
import { type Message, translator } from '@sower/messages/catalogue';
import { importingEn } from '@sower/messages/importing.en';
import { permissionNames } from '@sower/messages/outcomes/permission-names.en';

const TEXTS = { importing: importingEn, ...permissionNames };
export type CliMessage = Message<typeof TEXTS>;

export const t = translator<typeof TEXTS>('en', TEXTS);
