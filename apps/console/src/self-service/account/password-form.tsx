/** One's own password: the current one, and the new one twice. */
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { fieldProblem, isProblem } from '../../api/problem-words.ts';
import { useApi } from '../../api/use-api.ts';
import { TextField } from '../../ui/field.tsx';
import { Form } from '../../ui/forms/form.tsx';
import { useNewSecret } from '../../ui/forms/new-secret.tsx';
import { useNotice } from '../../ui/notices.tsx';
import { Button } from '../../ui/patternfly.tsx';
import { ProblemAlert } from '../../ui/problem-alert.tsx';
import { usePerson } from '../use-person.ts';
import { useTexts } from '../use-texts.ts';

export function PasswordForm({
  typed = '',
  onDone,
}: {
  /** The current one, if it was typed a moment ago to log on; empty: the form has a field for it. */
  typed?: string | undefined;
  onDone: () => void;
}) {
  const t = useTexts();
  const api = useApi();
  const notice = useNotice();
  const { replace } = usePerson();
  const [present, setPresent] = useState(typed);
  const chosen = useNewSecret({
    label: t('password.new'),
    help: t('password.rules'),
    again: t('password.again'),
    differ: t('password.differ'),
  });
  // Also where there is no page yet, because the first password has to be changed.
  const change = useMutation({
    mutationFn: () => api('changeOwnPassword', { body: { present, password: chosen.value } }),
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
      onSubmit={() => {
        if (chosen.check() && present !== '') change.mutate();
      }}
    >
      {!refused && <ProblemAlert error={change.error} />}
      {(typed === '' || presentWrong) && (
        <TextField
          label={t('password.present')}
          type="password"
          value={present}
          onChange={setPresent}
          required
          error={presentWrong ? t('password.presentWrong') : undefined}
        />
      )}
      {chosen.fields(refused && !presentWrong ? t('password.refused') : undefined)}
      <div>
        <Button type="submit" pending={change.isPending}>
          {t('password.submit')}
        </Button>
      </div>
    </Form>
  );
}
