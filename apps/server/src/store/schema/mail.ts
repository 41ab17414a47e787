/** The tables of mail. */

import type { Generated } from 'kysely';
import type { Flag, UserRow } from './brands.ts';

export type MailTables = {
  mail: {
    id: string;
    event: string;
    /** For mail that must be sent only once: a second row with the same key is not inserted. */
    once_key: string | null;
    /** Row ID of the user it is about. */
    user_id: UserRow | null;
    recipient: string;
    /** In the clear: a subject contains no secret. */
    subject: string;
    /** The content, sealed; deleted once it is sent. */
    message: string | null;
    /** To be encrypted (S/MIME), or not sent at all. */
    encrypted: Flag;
    /** One of many of a job or of a reminder to many: sent when nothing else is due. */
    bulk: Generated<Flag>;
    /** Generated with the row and never changed, so that a recipient can recognize a duplicate. */
    message_id: string;
    state: 'queued' | 'sent' | 'dead';
    attempts: number;
    /** When it may be claimed; while it is being sent, when that lease ends. */
    next_at: number;
    /** Who claimed it last. */
    lease: string | null;
    /** It is pointless after this. */
    send_before: number | null;
    created_at: number;
    /** Until when it is tried. */
    given_up_at: number;
    sent_at: number | null;
    /** The server's last answer, or why it was not contacted; see reason.ts. */
    reason: string | null;
    text: string | null;
  };
  /** One row. */
  mail_settings: {
    id: number;
    settings: string;
    /** Sealed. */
    password: string | null;
    /** Private key for signing mail: PKCS#8, sealed. */
    signing: string | null;
    /** Its certificate and the issuers, PEM. */
    signing_certificate: string | null;
    version: number;
  };
  /** Edited ones; the originals are in the catalogue. */
  mail_templates: {
    event: string;
    /** Empty: for every device type without one of its own. */
    device_type: string;
    language: string;
    subject: string;
    body: string;
    version: number;
  };
  user_mail: {
    user_id: UserRow;
    /** Set by an administrator or by the user: precedes that of the identity source. */
    language: string | null;
    /** PEM; precedes that of the identity source. */
    certificate: string | null;
    /** As the last run has read them. */
    source_language: Generated<string | null>;
    source_certificate: Generated<string | null>;
  };
};
