/** Edits what of a token can be edited: enabled, lost. Everything else has its own action. */
import { ActionGroup, Button, Form, Switch } from '@patternfly/react-core';
import type { Token } from '@sower/api/resources';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate, useParams } from 'react-router';
import { useApi } from '../api/use-api.ts';
import { Facts } from '../ui/facts.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { useNotice } from '../ui/notices.tsx';
import { ProblemAlert } from '../ui/problem-alert.tsx';
import { Screen } from '../ui/screen.tsx';
import { useTimes } from '../ui/times.ts';

export function Component() {
  const { t } = useTranslation();
  const api = useApi();
  const { serial = '' } = useParams();
  const token = useQuery({
    queryKey: ['token', serial],
    queryFn: () => api('getToken', { params: { serial } }),
  });
  return (
    <Screen
      title={t('tokens.editTitle', { serial })}
      trail={[
        { label: t('menu.authentication') },
        { label: t('menu.tokens'), to: '/tokens' },
        { label: serial, to: `/tokens/${serial}` },
      ]}
    >
      <Loaded query={token}>{(value) => <EditForm token={value} />}</Loaded>
    </Screen>
  );
}

function EditForm({ token }: { token: Token }) {
  const { t } = useTranslation();
  const api = useApi();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const notice = useNotice();
  const { date } = useTimes();
  const { serial } = token;
  const params = { serial };
  const [enabled, setEnabled] = useState(token.enabled);
  const [lost, setLost] = useState(token.lost);
  const saving = useMutation({
    mutationFn: async () => {
      if (lost !== token.lost) await api('markLost', { params, body: { lost } });
      if (enabled !== token.enabled) await api(enabled ? 'enableToken' : 'disableToken', { params });
    },
    onSuccess: async () => {
      notice(t('tokens.said.edited', { serial }));
      await queries.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'session' });
      navigate(`/tokens/${serial}`);
    },
  });
  return (
    <Form
      className="sower-form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        saving.mutate();
      }}
    >
      <ProblemAlert error={saving.error} />
      <Facts
        facts={[
          [t('tokens.columns.userId'), token.userId ?? t('tokens.nobody')],
          [t('tokens.columns.expiresOn'), date(token.expiresOn)],
        ]}
      />
      <Switch
        id="token-enabled"
        label={t('tokens.editEnabled')}
        isChecked={enabled}
        onChange={(_, on) => setEnabled(on)}
      />
      <Switch
        id="token-lost"
        label={t('tokens.editLost')}
        isChecked={lost}
        onChange={(_, on) => setLost(on)}
      />
      <ActionGroup>
        <Button type="submit" isLoading={saving.isPending} isDisabled={saving.isPending}>
          {t('ui.save')}
        </Button>
        <Button variant="link" onClick={() => navigate(`/tokens/${serial}`)}>
          {t('ui.cancel')}
        </Button>
      </ActionGroup>
    </Form>
  );
}
