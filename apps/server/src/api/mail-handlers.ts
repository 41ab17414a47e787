/** The handlers of mail. */
import type { MAIL_OPERATIONS } from '@sower/api/mail';
import { denied } from '../core/actor.ts';
import { done } from '../core/outcome.ts';
import {
  editMailTemplate,
  previewMailTemplate,
  resetMailTemplate,
  showMailTemplates,
} from '../mail/edit-templates.ts';
import { resendMail, viewMail } from '../mail/messages.ts';
import { editMailSettings, sendTestMail, showMailSettings } from '../mail/settings.ts';
import { removeSigning, setSigning } from '../mail/signing.ts';
import { editUserMail, showUserMail } from '../mail/user-mail.ts';
import { showMailDeliveryOptions } from '../provisioning/distribution/mail-delivery.ts';
import { listMail } from '../store/tables/mail.ts';
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
  setMailSigning: (uses, { actor, body }) => setSigning(uses, actor, body),
  removeMailSigning: (uses, { actor }) => removeSigning(uses, actor),
  listMailTemplates: (uses, { actor }) => showMailTemplates(uses, actor),
  editMailTemplate: (uses, { actor, params, body }) => editMailTemplate(uses, actor, { ...params, ...body }),
  resetMailTemplate: (uses, { actor, params, body }) =>
    resetMailTemplate(uses, actor, { ...params, ...body }),
  previewMailTemplate: async (_, { actor, params, body }) =>
    previewMailTemplate(actor, { ...params, ...body }),
  getUserMail: (uses, { actor, params }) => showUserMail(uses, actor, params.userId),
  editUserMail: (uses, { actor, params, body }) => editUserMail(uses, actor, params.userId, body),
  getMailDeliveryOptions: async (uses, { actor, params, inWords }) => {
    const shown = await showMailDeliveryOptions(uses, actor, params.serial);
    if (!shown.ok) return shown;
    const { separate, encrypted } = shown.value;
    return done({
      ...(separate === undefined ? {} : { separate: inWords(separate) }),
      ...(encrypted === undefined ? {} : { encrypted: inWords(encrypted) }),
    });
  },
  resendMail: (uses, { actor, params }) => resendMail(uses, actor, params.id),
};
