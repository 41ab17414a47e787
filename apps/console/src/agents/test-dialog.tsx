/** One request as the agent would send it, from this browser, with what comes back. */
import type { Agent } from '@sower/api/agents';
import { jsonIn } from '@sower/api/json';
import { useState } from 'react';
import { useTexts } from '../texts/use-texts.ts';
import { FormDialog } from '../ui/dialogs/small-dialogs.tsx';
import { TextField } from '../ui/field.tsx';
import { useFields } from '../ui/forms/form.tsx';

type Sent = { readonly request: string; readonly answer: string };

const HIDDEN = '********';

export function TestDialog({ agent, onClose }: { agent: Agent; onClose: () => void }) {
  const t = useTexts();
  const { values, field } = useFields({ key: '', userId: '', passcode: '' });
  const [sent, setSent] = useState<Sent>();
  const { path, headers, body } = requestOf(agent, values);
  const shown = requestOf(agent, { ...values, key: HIDDEN, passcode: HIDDEN });
  return (
    <FormDialog
      title={t('agents.testTitle', { name: agent.name })}
      action={t('agents.testSend')}
      ready={values.key !== '' && values.userId !== '' && values.passcode !== ''}
      leave="close"
      onClose={onClose}
      onSubmit={async () => {
        const request = [
          `POST ${path}`,
          ...Object.entries(shown.headers).map(([name, value]) => `${name}: ${value}`),
          '',
          shown.body,
        ].join('\n');
        try {
          const answer = await fetch(path, { method: 'POST', headers, body, credentials: 'omit' });
          setSent({ request, answer: `${answer.status}\n\n${inLines(await answer.text())}` });
        } catch {
          setSent({ request, answer: t('agents.testFailed') });
        }
        return 'keep';
      }}
    >
      <p>{t('agents.testBody')}</p>
      <TextField label={t('agents.testKey')} required mono {...field('key')} />
      <TextField label={t('agents.testUser')} required {...field('userId')} />
      <TextField label={t('agents.testPasscode')} required mono {...field('passcode')} />
      {sent && (
        <div aria-live="polite">
          <h3>{t('agents.testRequest')}</h3>
          <pre className="sower-mono sower-preview">{sent.request}</pre>
          <h3>{t('agents.testAnswer')}</h3>
          <pre className="sower-mono sower-preview">{sent.answer}</pre>
        </div>
      )}
    </FormDialog>
  );
}

function requestOf(
  { name, kind }: Agent,
  { key, userId, passcode }: { readonly key: string; readonly userId: string; readonly passcode: string },
) {
  if (kind === 'validate')
    return {
      path: '/validate/check',
      headers: { 'X-API-Key': key, 'Content-Type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ user: userId, pass: passcode }).toString(),
    };
  const collectedInputs = [{ name: 'SECURID', value: passcode, dataType: 'STRING' }];
  return {
    path: '/mfa/v1_1/authn/initialize',
    headers: { 'client-key': key, 'Content-Type': 'application/json' },
    body: JSON.stringify({
      clientId: name,
      subjectName: userId,
      subjectCredentials: [{ methodId: 'SECURID', collectedInputs }],
    }),
  };
}

function inLines(text: string): string {
  const document = jsonIn(text);
  return document === undefined ? text : JSON.stringify(document, null, 2);
}
