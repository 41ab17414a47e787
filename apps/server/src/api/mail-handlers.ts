/** The handlers of mail. */
import type { MAIL_OPERATIONS } from '@sower/api/mail';
import { done, viewing } from '../core/outcome.ts';
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
import { listMail } from '../store/mail/queue.ts';
import type { Handlers } from './call.ts';
import { keyOf, page } from './page.ts';

export const MAIL_HANDLERS: Handlers<keyof typeof MAIL_OPERATIONS> = {
  getMailSettings: (context, { actor }) => showMailSettings(context, actor),
  editMailSettings: (context, { actor, body, version }) =>
    editMailSettings(context, actor, { version, change: body }),
  sendTestMail: (context, { actor, body }) => sendTestMail(context, actor, body.to),
  listMail: async (context, { query }) => {
    const rows = await listMail(context.db, query, query.limit + 1, keyOf(query.cursor));
    return done(page(rows, query.limit, (row) => row.id, rows.map(viewMail)));
  },
  setMailSigning: (context, { actor, body }) => setSigning(context, actor, body),
  removeMailSigning: (context, { actor }) => removeSigning(context, actor),
  listMailTemplates: (context, { actor }) => showMailTemplates(context, actor),
  editMailTemplate: (context, { actor, params, body }) =>
    editMailTemplate(context, actor, { ...params, ...body }),
  resetMailTemplate: (context, { actor, params, body }) =>
    resetMailTemplate(context, actor, { ...params, ...body }),
  previewMailTemplate: (context, { actor, params, body }) =>
    previewMailTemplate(context, actor, { ...params, ...body }),
  getUserMail: (context, { actor, params }) => showUserMail(context, actor, params.userId),
  editUserMail: (context, { actor, params, body }) => editUserMail(context, actor, params.userId, body),
  getMailDeliveryOptions: (context, { actor, params }) =>
    showMailDeliveryOptions(context, actor, params.serial),
  resendMail: (context, { actor, params }) => viewing(resendMail(context, actor, params.id), viewMail),
};
