/** What to do when something is wrong with a token; and, for a token that works, resynchronizing it with two codes. */
import { Content, Title } from '@patternfly/react-core';
import type { OwnToken } from '@sower/api/self-service';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useApi } from '../../api/connection.ts';
import { Dialog } from '../../ui/dialogs/dialog.tsx';
import { FormDialog } from '../../ui/dialogs/small-dialogs.tsx';
import { useLook } from '../../ui/frame/brand.tsx';
import { Button } from '../../ui/patternfly.tsx';
import { useIsHere } from '../../ui/use-onward.ts';
import { useRefresh } from '../../ui/use-work.ts';
import { Announcement } from '../part.tsx';
import { usePerson, useTexts } from '../use-person.ts';
import { PinForm, useTwoCodes } from './pin-form.tsx';
import { usesPin } from './token-name.ts';

type Asked = { token: OwnToken; onClose: () => void };

export function Troubleshoot({ token, onClose }: Asked) {
  const t = useTexts();
  const queries = useQueryClient();
  const isHere = useIsHere();
  const [resynchronizing, setResynchronizing] = useState(false);
  const [replacing, setReplacing] = useState(false);
  const { switchedOff } = usePerson().session;
  const { codesByTelephone } = useLook();
  if (resynchronizing) return <Resynchronize token={token} onClose={onClose} />;
  if (replacing)
    return (
      <Dialog title={t('pin.replaceTitle')} leave="close" onClose={onClose}>
        <PinForm
          token={token}
          forgotten
          onDone={async () => {
            await queries.invalidateQueries();
            if (isHere()) onClose();
          }}
        />
      </Dialog>
    );
  const works = token.state === 'active' && !switchedOff.includes('resynchronise');
  const replaceable = token.state === 'active' && token.pinSet && !switchedOff.includes('replacePin');
  const lost = switchedOff.includes('reportLost') ? 'troubleshoot.lostCall' : 'troubleshoot.lost';
  const parts = [
    [t('troubleshoot.newPhoneTitle'), t('troubleshoot.newPhone')],
    [t('troubleshoot.lostTitle'), t(lost)],
  ] as const;
  return (
    <Dialog title={t('troubleshoot.title')} leave="close" onClose={onClose}>
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
      {usesPin(token) && (
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
      )}
      {parts.map(([title, body]) => (
        <section key={title} className="sower-stack">
          <Title headingLevel="h2" size="md">
            {title}
          </Title>
          <p>{body}</p>
        </section>
      ))}
      <p>{t(codesByTelephone ? 'telephone.users.yes' : 'telephone.users.no')}</p>
    </Dialog>
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
  const refresh = useRefresh();
  const two = useTwoCodes();
  const [found, setFound] = useState(false);
  const { serial, authenticationType } = token;
  return (
    <FormDialog
      title={t('resynchronise.title')}
      intro={
        <>
          <Content component="p">{t('resynchronise.body')}</Content>
          {(authenticationType === 'fob' || authenticationType === 'pinpad') && (
            <Content component="p">{t(`resynchronise.${authenticationType}`)}</Content>
          )}
          {found && <Announcement variant="success">{t('resynchronise.done')}</Announcement>}
        </>
      }
      action={t('resynchronise.submit')}
      leave="close"
      onClose={onClose}
      onSubmit={async () => {
        setFound(false);
        if (!two.check()) return 'keep';
        try {
          await api('resynchronizeOwnToken', { params: { serial }, body: two.codes });
          setFound(true);
        } finally {
          two.clear();
          await refresh();
        }
        return 'keep';
      }}
    >
      {two.fields}
    </FormDialog>
  );
}
