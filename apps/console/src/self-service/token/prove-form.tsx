/** A passcode of a token that the user has, any or a certain one: it upgrades the session. */
import type { OpenChallenge } from '@sower/api/challenges';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useApi } from '../../api/connection.ts';
import { isProblem, problemOf } from '../../api/problem-words.ts';
import { ChallengeForm } from '../../ui/challenge-form.tsx';
import { TextField } from '../../ui/field.tsx';
import { Form } from '../../ui/forms/form.tsx';
import { ProblemAlert } from '../../ui/problem-alert.tsx';
import { Submit } from '../part.tsx';
import { usePerson, useTexts } from '../use-person.ts';

/** @param serial a token that may currently be waiting for a new PIN: its test accepts the passcode even so */
export function ProveForm({ serial }: { serial?: string }) {
  const t = useTexts();
  const api = useApi();
  const queries = useQueryClient();
  const { replace } = usePerson();
  const [passcode, setPasscode] = useState('');
  /** The passcode was right but is not enough. */
  const [asked, setAsked] = useState<OpenChallenge>();
  const prove = useMutation({
    mutationFn: async (answer: string | undefined) => {
      const body = { passcode: answer ?? passcode };
      if (serial === undefined) {
        const challenge = asked === undefined ? {} : { challenge: asked.id };
        return { session: await api('proveToken', { body: { ...body, ...challenge } }) };
      }
      const { detail } = await api('testOwnToken', { params: { serial }, body });
      const session = await api('getUserSession', {});
      return session.method === 'passcode' ? { session } : { session, said: detail };
    },
    onSuccess: async ({ session }) => {
      setPasscode('');
      replace(session);
      await queries.invalidateQueries();
    },
    onError: (error) => {
      setPasscode('');
      setAsked(problemOf(error)?.challenge);
    },
  });
  if (asked) return <ChallengeForm asked={asked} work={prove} onGiveUp={() => setAsked(undefined)} />;
  const rejected = isProblem(prove.error, 'log-on-failed') ? t('prove.rejected') : prove.data?.said;
  return (
    <Form
      wide
      onSubmit={() => {
        if (passcode.trim() !== '') prove.mutate(undefined);
      }}
    >
      {rejected === undefined && <ProblemAlert error={prove.error} />}
      <TextField
        label={t('prove.label')}
        value={passcode}
        onChange={setPasscode}
        type="password"
        help={t('prove.help')}
        error={rejected}
        required
      />
      <Submit work={prove}>{t('prove.submit')}</Submit>
    </Form>
  );
}
