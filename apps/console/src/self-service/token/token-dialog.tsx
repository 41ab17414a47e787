/** The small windows over My Authenticators, one for each action on a token. */
import { Content, Form } from '@patternfly/react-core';
import { nicknameSchema } from '@sower/api/distributions';
import type { OwnToken } from '@sower/api/self-service';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useId, useState } from 'react';
import { useApi } from '../../api/use-api.ts';
import { Facts } from '../../ui/facts.tsx';
import { TextField } from '../../ui/field.tsx';
import { useNotice } from '../../ui/notices.tsx';
import { Button } from '../../ui/patternfly.tsx';
import { useTimes } from '../../ui/times.ts';
import { Box, useClose } from '../dialog-box.tsx';
import { usePerson } from '../use-person.ts';
import { useTexts } from '../use-texts.ts';
import { Told, Wrong } from '../wrong.tsx';
import { MoveForm } from './move-form.tsx';
import { PinForm } from './pin-form.tsx';
import { ProveForm } from './prove-form.tsx';
import { Replacement } from './replacement-dialog.tsx';
import { useTokenName } from './token-name.ts';
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
type Dialog = { token: OwnToken; onClose: () => void };

export function TokenDialog({ dialog, ...rest }: { dialog: TokenDialogName } & Dialog) {
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
} as const satisfies Record<TokenDialogName, (props: Dialog) => ReactNode>;

function View({ token, onClose }: Dialog) {
  const t = useTexts();
  const { date, time } = useTimes();
  const nameOf = useTokenName();
  const close = useClose(onClose, 'close');
  return (
    <Box title={nameOf(token)} buttons={close} onClose={onClose}>
      <Facts
        facts={[
          [t('tokens.serial'), token.serial],
          [t('tokens.state'), t(`tokens.states.${token.state}`)],
          [t('tokens.device'), token.deviceType ?? '–'],
          [t('tokens.pin'), t(token.pinSet ? 'tokens.pinSet' : 'tokens.pinNone')],
          [t('tokens.expiresOn'), date(token.expiresOn)],
          [t('tokens.lastUsed'), token.lastUsedAt === undefined ? t('tokens.never') : time(token.lastUsedAt)],
        ]}
      />
    </Box>
  );
}

function Test({ token, onClose }: Dialog) {
  const t = useTexts();
  const api = useApi();
  const queries = useQueryClient();
  const close = useClose(onClose, 'close');
  const id = useId();
  const [passcode, setPasscode] = useState('');
  const test = useMutation({
    mutationFn: () =>
      api('testOwnToken', {
        params: { serial: token.serial },
        body: { passcode: passcode.replace(/\s/g, '') },
      }),
    onSettled: async () => {
      setPasscode('');
      await queries.invalidateQueries();
    },
  });
  return (
    <Box
      title={t('test.title')}
      onClose={onClose}
      buttons={
        <>
          <Button
            type="submit"
            form={id}
            isLoading={test.isPending}
            isDisabled={test.isPending || passcode.trim() === ''}
          >
            {t('test.submit')}
          </Button>
          {close}
        </>
      }
    >
      <Content component="p">
        {t(token.pinSet && token.authenticationType === 'fob' ? 'test.bodyFob' : 'test.body')}
      </Content>
      <Form
        id={id}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (passcode.trim() !== '') test.mutate();
        }}
      >
        <Wrong error={test.error} />
        {test.data !== undefined && (
          <Told variant={test.data.result === 'accepted' ? 'success' : 'danger'}>{test.data.detail}</Told>
        )}
        <TextField label={t('test.label')} value={passcode} onChange={setPasscode} mono />
      </Form>
    </Box>
  );
}

function Pin({ token, onClose }: Dialog) {
  const t = useTexts();
  const { session } = usePerson();
  const queries = useQueryClient();
  const close = useClose(onClose, 'cancel');
  const proven = session.method === 'passcode';
  return (
    <Box
      title={proven ? t(token.pinSet ? 'pin.changeTitle' : 'pin.createTitle') : t('pin.proveTitle')}
      onClose={onClose}
      buttons={close}
    >
      {proven ? (
        <PinForm
          token={token}
          onDone={async () => {
            await queries.invalidateQueries({ queryKey: ['tokens'] });
            onClose();
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
    </Box>
  );
}

function Rename({ token, onClose }: Dialog) {
  const t = useTexts();

  const api = useApi();
  const queries = useQueryClient();
  const notice = useNotice();
  const close = useClose(onClose, 'cancel');
  const id = useId();
  const [nickname, setNickname] = useState(token.nickname);
  const wrong = nicknameSchema.safeParse(nickname).success ? undefined : t('rename.wrong');
  const rename = useMutation({
    mutationFn: () => api('renameOwnToken', { params: { serial: token.serial }, body: { nickname } }),
    onSuccess: async () => {
      notice(t('rename.done'));
      await queries.invalidateQueries({ queryKey: ['tokens'] });
      onClose();
    },
  });
  return (
    <Box
      title={t('rename.title')}
      onClose={onClose}
      buttons={
        <>
          <Button
            type="submit"
            form={id}
            isLoading={rename.isPending}
            isDisabled={rename.isPending || wrong !== undefined}
          >
            {t('ui.save')}
          </Button>
          {close}
        </>
      }
    >
      <Form
        id={id}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (wrong === undefined) rename.mutate();
        }}
      >
        <Wrong error={rename.error} />
        <TextField
          label={t('rename.label')}
          value={nickname}
          onChange={setNickname}
          help={t('rename.help')}
          error={wrong}
        />
      </Form>
    </Box>
  );
}

function Move({ token, onClose }: Dialog) {
  const t = useTexts();
  const close = useClose(onClose, 'cancel');
  return (
    <Box title={t('move.title')} onClose={onClose} buttons={close}>
      <Content component="p">{t('move.how')}</Content>
      <MoveForm serial={token.serial} />
      <Content component="p">{t('move.gone')}</Content>
    </Box>
  );
}

function Lost({ token, onClose }: Dialog) {
  const t = useTexts();
  const api = useApi();
  const queries = useQueryClient();
  const notice = useNotice();
  const nameOf = useTokenName();
  const close = useClose(onClose, 'cancel');
  const report = useMutation({
    mutationFn: () => api('reportLost', { params: { serial: token.serial } }),
    onSuccess: async () => {
      notice(t('lost.done'));
      await queries.invalidateQueries({ queryKey: ['tokens'] });
      onClose();
    },
  });
  return (
    <Box
      title={t('lost.title', { name: `${nameOf(token)} (${token.serial})` })}
      danger
      onClose={onClose}
      buttons={
        <>
          <Button
            variant="danger"
            onClick={() => report.mutate()}
            isLoading={report.isPending}
            isDisabled={report.isPending}
          >
            {t('lost.submit')}
          </Button>
          {close}
        </>
      }
    >
      <Wrong error={report.error} />
      <Content component="p">{t('lost.body')}</Content>
      <Content component="p">{t('lost.next')}</Content>
    </Box>
  );
}
