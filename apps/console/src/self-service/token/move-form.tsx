/** Moving to a new phone: the approval of the old one, and what follows. */
import { Content } from '@patternfly/react-core';
import { ApiProblem } from '@sower/api/client';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useApi } from '../../api/connection.ts';
import { TextField } from '../../ui/field.tsx';
import { Form } from '../../ui/forms/form.tsx';
import { Link } from '../../ui/link.tsx';
import { useOnward } from '../../ui/use-onward.ts';
import { Part, Submit } from '../part.tsx';
import { useTexts } from '../use-person.ts';
import { forgetApproval, takeApproval, takenApproval } from './approval.ts';

/** @param approval from the QR code; otherwise it is typed */
export function MoveForm({
  serial,
  approval,
  onEnd,
}: {
  serial: string;
  approval?: string;
  /** Accepted, or not to be tried again. */
  onEnd?: () => void;
}) {
  const t = useTexts();
  const api = useApi();
  const queries = useQueryClient();
  const onward = useOnward();
  const [typed, setTyped] = useState('');
  const [missing, setMissing] = useState(false);
  // A scanned approval that was refused is useless: then it is typed.
  const [brought, setBrought] = useState(approval);
  const move = useMutation({
    mutationFn: (given: string) => api('moveOwnToken', { params: { serial }, body: { approval: given } }),
    onSuccess: async () => {
      onEnd?.();
      await queries.invalidateQueries();
      onward(`/tokens/${serial}/activate`, { replace: approval !== undefined });
    },
    onError: (error) => {
      // If a reply was lost, no one knows its result: what was scanned is tried once more, and the server accepts it once.
      if (!(error instanceof ApiProblem)) return;
      setBrought(undefined);
      setTyped('');
      onEnd?.();
    },
  });
  return (
    <Form
      wide
      onSubmit={() => {
        const given = brought ?? typed;
        setMissing(given.trim() === '');
        if (given.trim() !== '') move.mutate(given);
      }}
      error={move.error}
    >
      <Content component="p">{t('move.body', { serial })}</Content>
      {brought === undefined && (
        <TextField
          label={t('move.label')}
          value={typed}
          onChange={setTyped}
          help={t('move.help')}
          error={missing ? t('move.missing') : undefined}
          required
          mono
        />
      )}
      <Submit work={move}>{t('move.submit')}</Submit>
    </Form>
  );
}

/** Where the QR code of an old phone leads: one question, and then the token is activated on the new one. */
export function Component() {
  const t = useTexts();
  const [taken, setTaken] = useState(takenApproval);
  useEffect(() => {
    // Scanned again while this page is open: only the fragment changes then.
    const look = (): void => {
      if (takeApproval()) setTaken(takenApproval());
    };
    window.addEventListener('hashchange', look);
    return () => window.removeEventListener('hashchange', look);
  }, []);
  return (
    <Part title={t('move.title')} above={<Link to="/">{t('toTokens')}</Link>}>
      {taken === undefined ? (
        <p>{t('move.none')}</p>
      ) : (
        <MoveForm
          key={taken.serial + taken.approval}
          serial={taken.serial}
          approval={taken.approval}
          onEnd={forgetApproval}
        />
      )}
    </Part>
  );
}
