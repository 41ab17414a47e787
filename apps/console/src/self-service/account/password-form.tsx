/** One's own password: the present one, and the new one twice. */
import { Form } from '@patternfly/react-core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { fieldProblem, isProblem } from '../../api/problem-words.ts';
import { useApi } from '../../api/use-api.ts';
import { TextField } from '../../ui/field.tsx';
import { useNotice } from '../../ui/notices.tsx';
import { Button } from '../../ui/patternfly.tsx';
import { usePerson } from '../use-person.ts';
import { useTexts } from '../use-texts.ts';
import { Wrong } from '../wrong.tsx';

export function PasswordForm({ onDone }: { onDone: () => void }) {
  const t = useTexts();
  const api = useApi();
  const notice = useNotice();
  const { replace } = usePerson();
  const [present, setPresent] = useState('');
  const [password, setPassword] = useState('');
  const [again, setAgain] = useState('');
  const [differ, setDiffer] = useState(false);
  const change = useMutation({
    mutationFn: () => api('changeOwnPassword', { body: { present, password } }),
    onSuccess: (session) => {
      notice(t('password.done'));
      replace(session);
      onDone();
    },
  });
  const refused = isProblem(change.error, 'password-refused');
  const presentWrong = refused && fieldProblem(change.error, 'present') !== undefined;
  return (
    <Form
      className="sower-form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        setDiffer(password !== again);
        if (password === again && present !== '' && password !== '') change.mutate();
      }}
    >
      {!refused && <Wrong error={change.error} />}
      <TextField
        label={t('password.present')}
        type="password"
        value={present}
        onChange={setPresent}
        required
        error={presentWrong ? t('password.presentWrong') : undefined}
      />
      <TextField
        label={t('password.new')}
        type="password"
        value={password}
        onChange={setPassword}
        required
        help={t('password.rules')}
        error={refused && !presentWrong ? t('password.refused') : undefined}
      />
      <TextField
        label={t('password.again')}
        type="password"
        value={again}
        onChange={setAgain}
        required
        error={differ ? t('password.differ') : undefined}
      />
      <div>
        <Button type="submit" isLoading={change.isPending} isDisabled={change.isPending}>
          {t('password.submit')}
        </Button>
      </div>
    </Form>
  );
}
