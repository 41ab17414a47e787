/** The tables of mail. */
import type { Flag } from './flag.ts';

export type MailTable = {
  id: string;
  event: string;
  /** What must be told once only names itself here; a second row of the same key is not made. */
  once_key: string | null;
  /** Row id of the user it is about. */
  user_id: string | null;
  recipient: string;
  /** In clear: no secret is in a subject. */
  subject: string;
  /** What it says, sealed; gone when it was sent. */
  message: string | null;
  /** To be encrypted (S/MIME) or not to be sent at all. */
  encrypted: Flag;
  /** Made with the row and never changed: who receives it twice can tell. */
  message_id: string;
  state: 'queued' | 'sent' | 'dead';
  attempts: number;
  /** When it may be claimed; while somebody sends it, when their lease ends. */
  next_at: number;
  /** Who claimed it last. */
  lease: string | null;
  /** It makes no sense after this. */
  send_before: number | null;
  created_at: number;
  /** Until when it is tried. */
  given_up_at: number;
  sent_at: number | null;
  /** What the server answered last, or why it was not asked; see reason.ts. */
  reason: string | null;
  text: string | null;
};

/** One row. */
export type MailSettingsTable = {
  id: number;
  settings: string;
  /** Sealed. */
  password: string | null;
  /** Private key that mail is signed with: PKCS#8, sealed. */
  signing: string | null;
  /** Its certificate and those above it, PEM. */
  signing_certificate: string | null;
  version: number;
};

/** Edited ones; the ones that ship are in the catalogue. */
export type MailTemplatesTable = {
  event: string;
  /** Empty: for every device type that has none of its own. */
  device_type: string;
  language: string;
  subject: string;
  body: string;
  version: number;
};

export type UserMailTable = {
  user_id: string;
  language: string | null;
  /** PEM. */
  certificate: string | null;
};
