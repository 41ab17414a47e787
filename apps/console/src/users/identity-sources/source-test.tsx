/** The test of an identity source: each step with its outcome and what to do, and ten entries as they would become users. */
import { Label } from '@patternfly/react-core';
import type { IdentitySource, SourceEntry, SourceTest } from '@sower/api/identity-sources';
import { useMutation } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { useLocation, useNavigate } from 'react-router';
import { useConsole } from '../../session/use-console.ts';
import { helped, useTexts } from '../../texts/use-texts.ts';
import { TextField } from '../../ui/field.tsx';
import { Form, useFields } from '../../ui/forms/form.tsx';
import { FormEnd } from '../../ui/forms/form-end.tsx';
import { ItemTable } from '../../ui/lists/listing.tsx';
import { Alert } from '../../ui/patternfly.tsx';
import { Section } from '../../ui/titled-card.tsx';

export function TestSection({ source }: { source: IdentitySource }) {
  const { t, api, refresh } = useConsole();
  const navigate = useNavigate();
  const { pathname, state } = useLocation();
  const { values, set, field } = useFields({ find: '', password: '' });
  const { find, password } = values;
  const testing = useMutation({
    mutationFn: () =>
      api('testIdentitySource', {
        params: { id: source.id },
        body: {
          ...(find.trim() === '' ? {} : { find: find.trim() }),
          ...(password === '' ? {} : { password }),
        },
      }),
    onSettled: () => {
      set({ password: '' });
      return refresh(['audit']);
    },
  });
  const { mutate } = testing;
  const wanted = (state as { test?: boolean } | null)?.test === true;
  const begun = useRef(false);
  // Anyone who comes from the form, or asked for a test in the list: once, and not again when the page is reloaded.
  useEffect(() => {
    if (!wanted || begun.current) return;
    begun.current = true;
    navigate(pathname, { replace: true });
    mutate();
  }, [wanted, pathname, navigate, mutate]);
  return (
    <Section id="source-test" title={t('sources.testTitle')}>
      <p>{t('sources.testBody')}</p>
      <Form onSubmit={() => mutate()} error={testing.error}>
        <TextField {...helped(t, 'sources.find')} {...field('find')} />
        <TextField {...helped(t, 'sources.findPassword')} type="password" {...field('password')} />
        <FormEnd unguarded pending={testing.isPending} action={t('sources.test')} />
      </Form>
      <div role="status">{testing.isPending && t('sources.testing')}</div>
      {testing.data && !testing.isPending && <TestResult test={testing.data} />}
    </Section>
  );
}

function TestResult({ test }: { test: SourceTest }) {
  const { t, time } = useConsole();
  const result = useRef<HTMLDivElement>(null);
  // It may have started automatically, below the visible part of the page.
  useEffect(() => {
    result.current?.scrollIntoView({ block: 'start' });
  }, []);
  return (
    <div ref={result} className="sower-stack" data-tested={test.passed ? 'passed' : 'failed'}>
      <Alert
        role="status"
        variant={test.passed ? 'success' : 'danger'}
        title={t(test.passed ? 'sources.testPassed' : 'sources.testFailed')}
      />
      <Steps test={test} />
      {test.certificates.length > 0 && (
        <>
          <h3 className="pf-v6-c-title pf-m-md">{t('sources.certificates')}</h3>
          <ItemTable
            label={t('sources.certificates')}
            items={test.certificates}
            keyOf={({ url, fingerprint }) => `${url} ${fingerprint}`}
            columns={[
              [t('sources.subject'), ({ subject }) => subject],
              [t('sources.issuer'), ({ issuer }) => issuer],
              { label: t('sources.validTo'), cell: ({ validTo }) => time(validTo) },
              [
                t('sources.fingerprint'),
                ({ fingerprint }) => <span className="sower-mono">{fingerprint}</span>,
              ],
            ]}
          />
        </>
      )}
      {test.entries.length > 0 && (
        <>
          <h3 className="pf-v6-c-title pf-m-md">{t('sources.entries')}</h3>
          <Entries entries={test.entries} />
        </>
      )}
    </div>
  );
}

const COLORS = { passed: 'green', warning: 'orange', failed: 'red', skipped: 'grey' } as const;

export function Steps({ test }: { test: Pick<SourceTest, 'steps'> }) {
  const t = useTexts();
  const many = new Set(test.steps.flatMap(({ url }) => url ?? [])).size > 1;
  return (
    <ItemTable
      label={t('sources.testTitle')}
      items={test.steps}
      keyOf={({ step, url }) => `${step} ${url ?? ''}`}
      columns={[
        [
          t('sources.step'),
          ({ step, url }) =>
            many && url !== undefined
              ? t('sources.stepAt', { step: t(`sources.steps.${step}`), url })
              : t(`sources.steps.${step}`),
        ],
        {
          label: t('sources.outcome'),
          cell: ({ state }) => <Label color={COLORS[state]}>{t(`sources.outcomes.${state}`)}</Label>,
        },
        [t('sources.found'), ({ detail }) => detail, { width: 50 }],
        {
          label: t('sources.time'),
          modifier: 'nowrap',
          cell: ({ milliseconds }) =>
            milliseconds === undefined ? '–' : t('sources.milliseconds', { milliseconds }),
        },
      ]}
    />
  );
}

export function Entries({ entries }: { entries: readonly SourceEntry[] }) {
  const t = useTexts();
  return (
    <ItemTable
      label={t('sources.entries')}
      items={entries}
      keyOf={({ name }) => name}
      columns={[
        [
          t('sources.attributes.userId'),
          ({ userId, logOnNames, detail }) => (
            <>
              <div>{userId ?? '–'}</div>
              {logOnNames.length > 0 && (
                <div>{t('sources.otherNames', { names: logOnNames.join(', ') })}</div>
              )}
              {detail !== undefined && <Alert isPlain variant="warning" title={detail} />}
            </>
          ),
        ],
        [t('sources.person'), ({ firstName, lastName }) => `${firstName} ${lastName}`.trim() || '–'],
        [
          t('sources.contact'),
          ({ email, telephone }) =>
            [email, telephone].filter((value) => value !== '').map((value) => <div key={value}>{value}</div>),
        ],
        {
          label: t('sources.accountState'),
          cell: ({ state }) => t(`userSource.states.${state}`),
        },
        [
          t('sources.entry'),
          ({ name, key, groups }) => (
            <>
              <div>{name}</div>
              <div className="sower-mono">{key ?? '–'}</div>
              {groups !== undefined && groups.length > 0 && (
                <div>{t('sources.inGroups', { groups: groups.join(', ') })}</div>
              )}
            </>
          ),
          { width: 30 },
        ],
      ]}
    />
  );
}
