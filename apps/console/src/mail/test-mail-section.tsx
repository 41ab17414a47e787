/** The test mail, with the mail server's answer. */
import { ActionGroup } from '@patternfly/react-core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useConsole } from '../session/use-console.ts';
import { TextField } from '../ui/field.tsx';
import { Form } from '../ui/forms/form.tsx';
import { useFields } from '../ui/forms/use-fields.ts';
import { Alert, Button } from '../ui/patternfly.tsx';

export function TestMailSection() {
  const { t, api } = useConsole();
  const queries = useQueryClient();
  const { values, field } = useFields({ to: '' });
  const { to } = values;
  const sending = useMutation({
    mutationFn: () => api('sendTestMail', { body: { to } }),
    onSettled: () => queries.invalidateQueries({ queryKey: ['audit'] }),
  });
  return (
    <section aria-labelledby="test-mail" className="sower-stack">
      <h2 id="test-mail" className="pf-v6-c-title pf-m-lg">
        {t('mailSettings.test')}
      </h2>
      <p>{t('mailSettings.testBody')}</p>
      <Form wide onSubmit={() => sending.mutate()} error={sending.error}>
        <TextField label={t('mailSettings.testTo')} type="email" {...field('to')} />
        <ActionGroup>
          <Button type="submit" variant="secondary" pending={sending.isPending} isDisabled={to.trim() === ''}>
            {t('mailSettings.testSend')}
          </Button>
        </ActionGroup>
      </Form>
      {sending.data && (
        <Alert
          component="p"
          isInline
          role="status"
          variant={sending.data.accepted ? 'success' : 'danger'}
          title={t(sending.data.accepted ? 'mailSettings.testAccepted' : 'mailSettings.testRefused')}
        >
          <span className="sower-mono sower-wrap">{sending.data.reply}</span>
        </Alert>
      )}
    </section>
  );
}
