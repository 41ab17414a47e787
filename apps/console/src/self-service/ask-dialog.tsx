/** Requesting a token that is offered. */
import { nicknameSchema } from '@sower/api/distributions';
import type { OwnOffer } from '@sower/api/offers';
import { useApi } from '../api/connection.ts';
import { FormDialog } from '../ui/dialogs/small-dialogs.tsx';
import { RadioField, TextField } from '../ui/field.tsx';
import { useFields } from '../ui/forms/form.tsx';
import { OfferIcon } from '../ui/offer-icon.tsx';
import { useTexts } from './use-person.ts';

export function AskDialog({
  offers,
  replaces,
  onClose,
}: {
  offers: readonly OwnOffer[];
  /** Serial number of the token to replace. */
  replaces?: string;
  onClose: () => void;
}) {
  const t = useTexts();
  const api = useApi();
  const { values, set, field } = useFields({ offer: offers[0]?.id ?? '', reason: '', nickname: '' });
  const wrongName = nicknameSchema.safeParse(values.nickname).success ? undefined : t('rename.wrong');
  return (
    <FormDialog
      title={t(replaces === undefined ? 'requests.ask' : 'requests.replacement')}
      action={t('requests.submit')}
      ready={wrongName === undefined}
      onClose={onClose}
      onSubmit={() => api('requestOwnToken', { body: { ...values, replaces } })}
      said={t('requests.sent')}
    >
      {replaces !== undefined && <p>{t('requests.replaces', { serial: replaces })}</p>}
      <RadioField
        name="ask-offer"
        prefix="offer"
        label={t('requests.which')}
        value={values.offer}
        onChange={(offer) => set({ offer })}
        choices={offers.map(({ id, name, icon, description, downloadUrl, helpUrl }) => ({
          value: id,
          label: (
            <>
              <OfferIcon icon={icon} /> {name}
            </>
          ),
          description,
          body: (downloadUrl !== '' || helpUrl !== '') && (
            <span className="sower-actions">
              {downloadUrl !== '' && <Away to={downloadUrl}>{t('requests.download')}</Away>}
              {helpUrl !== '' && <Away to={helpUrl}>{t('requests.help')}</Away>}
            </span>
          ),
        }))}
      />
      <TextField
        label={t('requests.nickname')}
        help={t('rename.help')}
        {...field('nickname')}
        error={wrongName}
      />
      <TextField label={t('requests.reason')} help={t('requests.reasonHelp')} {...field('reason')} />
    </FormDialog>
  );
}

/** A link to another site, which learns nothing about this one. */
function Away({ to, children }: { to: string; children: string }) {
  return (
    <a href={to} target="_blank" rel="noreferrer">
      {children}
    </a>
  );
}
