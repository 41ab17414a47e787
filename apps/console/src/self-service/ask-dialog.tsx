/** Requesting a token that is offered. */
import { Form, FormGroup, ModalBody, ModalFooter, Radio } from '@patternfly/react-core';
import { nicknameSchema } from '@sower/api/distributions';
import type { OwnOffer } from '@sower/api/offers';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { isProblem } from '../api/problem-words.ts';
import { useApi } from '../api/use-api.ts';
import { OfferIcon } from '../requests/offer-icon.tsx';
import { TextField } from '../ui/field.tsx';
import { useNotice } from '../ui/notices.tsx';
import { Button, Modal, ModalHeader } from '../ui/patternfly.tsx';
import { useTexts } from './use-texts.ts';
import { Wrong } from './wrong.tsx';

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
  const queries = useQueryClient();
  const notice = useNotice();
  const [offer, setOffer] = useState(offers[0]?.id ?? '');
  const [reason, setReason] = useState('');
  const [nickname, setNickname] = useState('');
  const wrongName = nicknameSchema.safeParse(nickname).success ? undefined : t('rename.wrong');
  const ask = useMutation({
    mutationFn: () =>
      api('requestOwnToken', {
        body: { offer, nickname, reason, ...(replaces === undefined ? {} : { replaces }) },
      }),
    onSuccess: async () => {
      notice(t('requests.sent'));
      await queries.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'session' });
      onClose();
    },
  });
  const open = isProblem(ask.error, 'already-exists');
  return (
    <Modal isOpen variant="small" onClose={onClose} aria-labelledby="ask-title" aria-describedby="ask-body">
      <ModalHeader
        title={t(replaces === undefined ? 'requests.ask' : 'requests.replacement')}
        labelId="ask-title"
      />
      <ModalBody id="ask-body">
        <Form
          id="ask"
          noValidate
          onSubmit={(event) => {
            event.preventDefault();
            if (wrongName === undefined) ask.mutate();
          }}
        >
          {open ? <p role="alert">{t('requests.openAlready')}</p> : <Wrong error={ask.error} />}
          {replaces !== undefined && <p>{t('requests.replaces', { serial: replaces })}</p>}
          <FormGroup role="radiogroup" fieldId="ask-offer" label={t('requests.which')} isStack>
            {offers.map(({ id, name, icon, description, downloadUrl, helpUrl }) => (
              <Radio
                key={id}
                id={`offer-${id}`}
                name="ask-offer"
                label={
                  <>
                    <OfferIcon icon={icon} /> {name}
                  </>
                }
                description={description}
                body={
                  (downloadUrl !== '' || helpUrl !== '') && (
                    <span className="sower-actions">
                      {downloadUrl !== '' && <Away to={downloadUrl}>{t('requests.download')}</Away>}
                      {helpUrl !== '' && <Away to={helpUrl}>{t('requests.help')}</Away>}
                    </span>
                  )
                }
                isChecked={offer === id}
                onChange={() => setOffer(id)}
              />
            ))}
          </FormGroup>
          <TextField
            label={t('requests.nickname')}
            help={t('rename.help')}
            value={nickname}
            onChange={setNickname}
            error={wrongName}
          />
          <TextField
            label={t('requests.reason')}
            help={t('requests.reasonHelp')}
            value={reason}
            onChange={setReason}
          />
        </Form>
      </ModalBody>
      <ModalFooter>
        <Button
          type="submit"
          form="ask"
          isLoading={ask.isPending}
          isDisabled={ask.isPending || wrongName !== undefined}
        >
          {t('requests.submit')}
        </Button>
        <Button variant="link" onClick={onClose}>
          {t('ui.cancel')}
        </Button>
      </ModalFooter>
    </Modal>
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
