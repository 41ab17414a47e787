/** What to do when something is wrong with a token; and, for a token that works, resynchronizing it with two codes. */
import { Content, Form, Title } from '@patternfly/react-core';
import type { OwnToken } from '@sower/api/self-service';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { useApi } from '../../api/use-api.ts';
import { Button } from '../../ui/patternfly.tsx';
import { Box, useClose } from '../dialog-box.tsx';
import { usePerson } from '../use-person.ts';
import { useTexts } from '../use-texts.ts';
import { Told, Wrong } from '../wrong.tsx';
import { PinForm } from './pin-form.tsx';
import { useTwoCodes } from './two-codes.tsx';

type Dialog = { token: OwnToken; onClose: () => void };

export function Troubleshoot({ token, onClose }: Dialog) {
  const t = useTexts();
  const queries = useQueryClient();
  const [resynchronizing, setResynchronizing] = useState(false);
  const [replacing, setReplacing] = useState(false);
  const { switchedOff } = usePerson().session;
  const close = useClose(onClose, 'close');
  if (resynchronizing) return <Resynchronize token={token} onClose={onClose} />;
  if (replacing)
    return (
      <Box title={t('pin.replaceTitle')} onClose={onClose} buttons={close}>
        <PinForm
          token={token}
          forgotten
          onDone={async () => {
            await queries.invalidateQueries();
            onClose();
          }}
        />
      </Box>
    );
  const works = token.state === 'active' && !switchedOff.includes('resynchronise');
  const replaceable = token.state === 'active' && token.pinSet && !switchedOff.includes('replacePin');
  const lost = switchedOff.includes('reportLost') ? 'troubleshoot.lostCall' : 'troubleshoot.lost';
  const parts = [
    [t('troubleshoot.newPhoneTitle'), t('troubleshoot.newPhone')],
    [t('troubleshoot.lostTitle'), t(lost)],
  ] as const;
  return (
    <Box title={t('troubleshoot.title')} onClose={onClose} buttons={close}>
      <section className="sower-stack">
        <Title headingLevel="h2" size="md">
          {t('troubleshoot.rejectedTitle')}
        </Title>
        <p>{t('troubleshoot.rejected')}</p>
        {works && (
          <>
            <p>{t('troubleshoot.stillRejected')}</p>
            <div>
              <Button variant="secondary" onClick={() => setResynchronizing(true)}>
                {t('resynchronise.title')}
              </Button>
            </div>
          </>
        )}
      </section>
      <section className="sower-stack">
        <Title headingLevel="h2" size="md">
          {t('troubleshoot.pinTitle')}
        </Title>
        <p>{t(replaceable ? 'pin.forgottenHere' : 'pin.forgotten')}</p>
        {replaceable && (
          <div>
            <Button variant="secondary" onClick={() => setReplacing(true)}>
              {t('pin.replaceTitle')}
            </Button>
          </div>
        )}
      </section>
      {parts.map(([title, body]) => (
        <section key={title}>
          <Title headingLevel="h2" size="md">
            {title}
          </Title>
          <p>{body}</p>
        </section>
      ))}
    </Box>
  );
}

export function Resynchronize({
  token,
  onClose,
}: {
  token: Pick<OwnToken, 'serial' | 'authenticationType'>;
  onClose: () => void;
}) {
  const t = useTexts();
  const api = useApi();
  const queries = useQueryClient();
  const close = useClose(onClose, 'close');
  const id = useId();
  const two = useTwoCodes();
  const find = useMutation({
    mutationFn: () =>
      api('resynchronizeOwnToken', {
        params: { serial: token.serial },
        body: two.codes,
      }),
    onSettled: async () => {
      two.clear();
      await queries.invalidateQueries();
    },
  });
  return (
    <Box
      title={t('resynchronise.title')}
      onClose={onClose}
      buttons={
        <>
          <Button type="submit" form={id} isLoading={find.isPending} isDisabled={find.isPending}>
            {t('resynchronise.submit')}
          </Button>
          {close}
        </>
      }
    >
      <Content component="p">{t('resynchronise.body')}</Content>
      {token.authenticationType === 'pinpad' && <Content component="p">{t('resynchronise.pinpad')}</Content>}
      {token.authenticationType === 'fob' && <Content component="p">{t('resynchronise.fob')}</Content>}
      <Form
        id={id}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (two.check()) find.mutate();
        }}
      >
        <Wrong error={find.error} />
        {find.isSuccess && <Told variant="success">{t('resynchronise.done')}</Told>}
        {two.fields}
      </Form>
    </Box>
  );
}
