/** One's own password: the current one, and the new one twice. */
import { Content } from '@patternfly/react-core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useApi } from '../../api/connection.ts';
import { fieldProblem, isProblem } from '../../api/problem-words.ts';
import { TextField, useNewSecret } from '../../ui/field.tsx';
import { Form } from '../../ui/forms/form.tsx';
import { Link } from '../../ui/link.tsx';
import { useNotice } from '../../ui/notices.tsx';
import { ProblemAlert } from '../../ui/problem-alert.tsx';
import { useOnward } from '../../ui/use-onward.ts';
import { Frame } from '../frame.tsx';
import { Part, Submit } from '../part.tsx';
import { usePerson, useTexts } from '../use-person.ts';

function PasswordForm({
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
  const presentWrong =
    isProblem(change.error, 'password-refused') && fieldProblem(change.error, 'present') !== undefined;
  // Which rule it breaks, in the words of the server: of several, only one holds.
  const refused = fieldProblem(change.error, 'password');
  return (
    <Form
      onSubmit={() => {
        if (chosen.check() && present !== '') change.mutate();
      }}
    >
      {refused === undefined && !presentWrong && <ProblemAlert error={change.error} />}
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
      {chosen.fields(refused)}
      <Submit work={change}>{t('password.submit')}</Submit>
    </Form>
  );
}

/**
 * First of all: a password set by the help desk is replaced by one that only its user knows.
 * @param typed what was typed a moment ago to log on
 */
export function FirstPasswordPage({ typed }: { typed: string | undefined }) {
  const t = useTexts();
  return (
    <Frame bare>
      <Part title={t('password.mustTitle')}>
        <Content component="p">{t('password.mustBody')}</Content>
        <PasswordForm typed={typed} onDone={() => undefined} />
      </Part>
    </Frame>
  );
}

/** Change password, from the menu of the person. */
export function Component() {
  const t = useTexts();
  const onward = useOnward();
  return (
    <Part title={t('password.title')} above={<Link to="/">{t('toTokens')}</Link>}>
      <PasswordForm onDone={() => onward('/')} />
    </Part>
  );
}
