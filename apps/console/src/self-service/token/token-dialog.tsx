/** The small windows over My Authenticators, one for each action on a token. */
import { Content } from '@patternfly/react-core';
import { nicknameSchema } from '@sower/api/distributions';
import type { ResponseOf } from '@sower/api/operations';
import type { OwnToken } from '@sower/api/self-service';
import { useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useApi } from '../../api/connection.ts';
import { useAnswer } from '../../api/use-answer.ts';
import { Dialog } from '../../ui/dialogs/dialog.tsx';
import { ConfirmDialog, FormDialog } from '../../ui/dialogs/small-dialogs.tsx';
import { TextField } from '../../ui/field.tsx';
import { Loading } from '../../ui/loaded.tsx';
import { ProblemAlert } from '../../ui/problem-alert.tsx';
import { useTimes } from '../../ui/times.ts';
import { Facts } from '../../ui/titled-card.tsx';
import { useIsHere } from '../../ui/use-onward.ts';
import { AskDialog } from '../ask-dialog.tsx';
import { Announcement } from '../part.tsx';
import { usePerson, useTexts } from '../use-person.ts';
import { MoveForm } from './move-form.tsx';
import { PinForm } from './pin-form.tsx';
import { ProveForm } from './prove-form.tsx';
import { usesPin, useTokenName } from './token-name.ts';
import { Troubleshoot } from './troubleshoot-dialog.tsx';

export type TokenDialogName =
  | 'view'
  | 'test'
  | 'pin'
  | 'rename'
  | 'move'
  | 'replacement'
  | 'troubleshoot'
  | 'lost';
type Asked = { token: OwnToken; onClose: () => void };

export function TokenDialog({ dialog, ...rest }: { dialog: TokenDialogName } & Asked) {
  const Shown = DIALOGS[dialog];
  return <Shown {...rest} />;
}

const DIALOGS = {
  view: View,
  test: Test,
  pin: Pin,
  rename: Rename,
  move: Move,
  replacement: Replacement,
  troubleshoot: Troubleshoot,
  lost: Lost,
} as const satisfies Record<TokenDialogName, (props: Asked) => ReactNode>;

function View({ token, onClose }: Asked) {
  const t = useTexts();
  const { date, time } = useTimes();
  const nameOf = useTokenName();
  return (
    <Dialog title={nameOf(token)} leave="close" onClose={onClose}>
      <Facts
        facts={[
          [t('tokens.serial'), token.serial],
          [t('tokens.state'), t(`tokens.states.${token.state}`)],
          [t('tokens.device'), token.deviceType ?? '–'],
          usesPin(token) && [t('tokens.pin'), t(token.pinSet ? 'tokens.pinSet' : 'tokens.pinNone')],
          [t('tokens.expiresOn'), date(token.expiresOn)],
          [t('tokens.lastUsed'), token.lastUsedAt === undefined ? t('tokens.never') : time(token.lastUsedAt)],
        ]}
      />
    </Dialog>
  );
}

function Test({ token: { serial, pinSet, authenticationType }, onClose }: Asked) {
  const t = useTexts();
  const api = useApi();
  const queries = useQueryClient();
  const [passcode, setPasscode] = useState('');
  const [answer, setAnswer] = useState<ResponseOf<'testOwnToken'>>();
  return (
    <FormDialog
      title={t('test.title')}
      intro={
        <>
          <Content component="p">
            {t(pinSet && authenticationType === 'fob' ? 'test.bodyFob' : 'test.body')}
          </Content>
          {answer !== undefined && (
            <Announcement variant={answer.result === 'accepted' ? 'success' : 'danger'}>
              {answer.detail}
            </Announcement>
          )}
        </>
      }
      action={t('test.submit')}
      ready={passcode.trim() !== ''}
      leave="close"
      onClose={onClose}
      onSubmit={async () => {
        setAnswer(undefined);
        try {
          setAnswer(await api('testOwnToken', { params: { serial }, body: { passcode } }));
        } finally {
          setPasscode('');
          // An accepted passcode upgrades the session as well.
          await queries.invalidateQueries();
        }
        return 'keep';
      }}
    >
      <TextField label={t('test.label')} value={passcode} onChange={setPasscode} mono />
    </FormDialog>
  );
}

function Pin({ token, onClose }: Asked) {
  const t = useTexts();
  const { session } = usePerson();
  const queries = useQueryClient();
  const isHere = useIsHere();
  const proven = session.method === 'passcode';
  return (
    <Dialog
      title={proven ? t(token.pinSet ? 'pin.changeTitle' : 'pin.createTitle') : t('pin.proveTitle')}
      leave="cancel"
      onClose={onClose}
    >
      {proven ? (
        <PinForm
          token={token}
          onDone={async () => {
            await queries.invalidateQueries({ queryKey: ['self-service', 'tokens'] });
            // Another window may be open by then.
            if (isHere()) onClose();
          }}
        />
      ) : (
        <>
          <Content component="p">{t('pin.proveBody')}</Content>
          <ProveForm serial={token.serial} />
          <Content component="p">
            {t(session.switchedOff.includes('replacePin') ? 'pin.forgotten' : 'pin.forgottenElsewhere')}
          </Content>
        </>
      )}
    </Dialog>
  );
}

function Rename({ token: { serial, nickname: present }, onClose }: Asked) {
  const t = useTexts();
  const api = useApi();
  const [nickname, setNickname] = useState(present);
  const wrong = nicknameSchema.safeParse(nickname).success ? undefined : t('rename.wrong');
  return (
    <FormDialog
      title={t('rename.title')}
      action={t('ui.save')}
      ready={wrong === undefined}
      onClose={onClose}
      onSubmit={() => api('renameOwnToken', { params: { serial }, body: { nickname } })}
      said={t('rename.done')}
      changes={['self-service', 'tokens']}
    >
      <TextField
        label={t('rename.label')}
        value={nickname}
        onChange={setNickname}
        help={t('rename.help')}
        error={wrong}
      />
    </FormDialog>
  );
}

function Move({ token, onClose }: Asked) {
  const t = useTexts();
  return (
    <Dialog title={t('move.title')} leave="cancel" onClose={onClose}>
      <Content component="p">{t('move.how')}</Content>
      <MoveForm serial={token.serial} />
      <Content component="p">{t('move.gone')}</Content>
    </Dialog>
  );
}

function Lost({ token, onClose }: Asked) {
  const t = useTexts();
  const api = useApi();
  const nameOf = useTokenName();
  return (
    <ConfirmDialog
      title={t('lost.title', { name: `${nameOf(token)} (${token.serial})` })}
      action={t('lost.submit')}
      onClose={onClose}
      onConfirm={() => api('reportLost', { params: { serial: token.serial } })}
      said={t('lost.done')}
      changes={['self-service', 'tokens']}
    >
      <Content component="p">{t('lost.body')}</Content>
      <Content component="p">{t('lost.next')}</Content>
    </ConfirmDialog>
  );
}

/** Request Replacement: an ordinary request that names the token to replace; if nothing is offered, whom to ask. */
function Replacement({ token, onClose }: { token: OwnToken; onClose: () => void }) {
  const t = useTexts();
  const offers = useAnswer('listOwnOffers', {});
  if (offers.data !== undefined && offers.data.items.length > 0) {
    return <AskDialog offers={offers.data.items} replaces={token.serial} onClose={onClose} />;
  }
  return (
    <Dialog title={t('requests.replacement')} leave="close" onClose={onClose}>
      <ProblemAlert error={offers.error} />
      {offers.isPending && <Loading />}
      {offers.isSuccess && (
        <Content component="p">{t('requests.replacementAsk', { serial: token.serial })}</Content>
      )}
    </Dialog>
  );
}
