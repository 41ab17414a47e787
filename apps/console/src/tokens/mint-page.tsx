/** Authentication > SecurID Tokens > Mint Tokens. */
import { LIMITS } from '@sower/api/limits';
import { useQueryClient } from '@tanstack/react-query';
import { DomainField } from '../domains/domain-field.tsx';
import { useConsole } from '../session/use-console.ts';
import { helped } from '../texts/use-texts.ts';
import { TextField } from '../ui/field.tsx';
import { Form, useFields } from '../ui/forms/form.tsx';
import { FormEnd } from '../ui/forms/form-end.tsx';
import { LinkButton } from '../ui/link.tsx';
import { Alert } from '../ui/patternfly.tsx';
import { Screen } from '../ui/screen.tsx';
import { useSaving } from '../ui/use-work.ts';

export function Component() {
  const { t, api, count: number } = useConsole();
  const queries = useQueryClient();
  const { values, field } = useFields({ count: '1', expiresOn: '', domain: '' });
  const { count, expiresOn, domain } = values;
  const wanted = Number(count);
  const usable = Number.isInteger(wanted) && wanted >= 1 && wanted <= LIMITS.minted;
  const minting = useSaving({
    mutationFn: () =>
      api('mintTokens', {
        body: {
          count: wanted,
          ...(expiresOn === '' ? {} : { expiresOn }),
          ...(domain === '' ? {} : { securityDomain: domain }),
        },
      }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['tokens'] }),
  });
  return (
    <Screen title={t('mint.title')} intro={t('mint.intro')}>
      <Form
        onSubmit={() => {
          if (usable) minting.mutate();
        }}
        error={minting.error}
      >
        {minting.data && (
          <Alert
            variant="success"
            role="status"
            title={t('mint.done', { count: minting.data.count, number: number(minting.data.count) })}
          >
            <p className="sower-mono">
              {minting.data.first}
              {minting.data.count > 1 && ` – ${minting.data.last}`}
            </p>
            <div className="sower-actions">
              <LinkButton
                to={`/tokens?tab=unassigned&serialFrom=${minting.data.first}&serialTo=${minting.data.last}`}
              >
                {t('mint.show')}
              </LinkButton>
            </div>
          </Alert>
        )}
        <TextField
          {...helped(t, 'mint.count')}
          type="number"
          required
          {...field('count')}
          error={usable ? undefined : t('mint.countWrong')}
        />
        <TextField {...helped(t, 'mint.expiresOn')} type="date" {...field('expiresOn')} />
        <DomainField none={t('domains.usual')} {...field('domain', 'securityDomain')} />
        <FormEnd unguarded pending={minting.isPending} ready={usable} action={t('mint.action')} />
      </Form>
    </Screen>
  );
}
