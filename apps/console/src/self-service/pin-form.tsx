/** Create or change the PIN of a token. */
import { Button, Content, Form } from '@patternfly/react-core';
import type { OwnToken } from '@sower/api/self-service';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { isProblem } from '../api/problem-words.ts';
import { useApi } from '../api/use-api.ts';
import { TextField } from '../ui/field.tsx';
import { useNotice } from '../ui/notices.tsx';
import { Wrong } from './wrong.tsx';

export function PinForm({
  token,
  onDone,
}: {
  token: Pick<OwnToken, 'serial' | 'authenticationType'>;
  onDone: () => unknown;
}) {
  const { t } = useTranslation('selfService');
  const api = useApi();
  const notice = useNotice();
  const [pin, setPin] = useState('');
  const [again, setAgain] = useState('');
  const [differ, setDiffer] = useState(false);
  const save = useMutation({
    mutationFn: () => api('setOwnPin', { params: { serial: token.serial }, body: { pin } }),
    onSuccess: async () => {
      notice(t('pin.done'));
      await onDone();
    },
  });
  const refused = isProblem(save.error, 'pin-refused');
  const rules = t(token.authenticationType === 'pinpad' ? 'pin.rulesPinpad' : 'pin.rules');
  return (
    <Form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        setDiffer(pin !== again);
        if (pin === again && pin !== '') save.mutate();
      }}
    >
      <Content component="p">{t('pin.body')}</Content>
      {!refused && <Wrong error={save.error} />}
      <TextField
        label={t('pin.label')}
        type="password"
        value={pin}
        onChange={setPin}
        required
        help={`${rules}. ${t('pin.rulesMore')}`}
        error={refused ? t('pin.refused') : undefined}
      />
      <TextField
        label={t('pin.again')}
        type="password"
        value={again}
        onChange={setAgain}
        required
        error={differ ? t('pin.differ') : undefined}
      />
      <div>
        <Button type="submit" isLoading={save.isPending} isDisabled={save.isPending}>
          {t('pin.submit')}
        </Button>
      </div>
    </Form>
  );
}
