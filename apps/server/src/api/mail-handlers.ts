/** The handlers of mail. */
import type { MAIL_OPERATIONS } from '@sower/api/mail';
import { denied } from '../identity/actor.ts';
import { resendMail, viewMail } from '../mail/messages.ts';
import { editMailSettings, sendTestMail, showMailSettings } from '../mail/settings.ts';
import { done } from '../outcome.ts';
import { listMail } from '../store/mail.ts';
import type { Handlers } from './call.ts';
import { keyOf, page } from './page.ts';

export const MAIL_HANDLERS: Handlers<keyof typeof MAIL_OPERATIONS> = {
  getMailSettings: (uses, { actor }) => showMailSettings(uses, actor),
  editMailSettings: (uses, { actor, body, version }) =>
    editMailSettings(uses, actor, { version, change: body }),
  sendTestMail: (uses, { actor, body }) => sendTestMail(uses, actor, body.to),
  listMail: async (uses, { actor, query }) => {
    const denial = denied(actor, 'settings:edit');
    if (denial) return denial;
    const rows = await listMail(uses.db, query, query.limit + 1, keyOf(query.cursor));
    return done(page(rows, query.limit, (row) => row.id, rows.map(viewMail)));
  },
  resendMail: (uses, { actor, params }) => resendMail(uses, actor, params.id),
};
