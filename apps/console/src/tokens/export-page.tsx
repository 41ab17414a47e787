/**
 * Authentication > SecurID Tokens > Export Tokens: files of tokens with their seeds, to the key of another installation or with a password. The
 * key is read here, so that its fingerprint is compared before anything is sent, and a private one is never sent.
 */
import { ActionGroup, Checkbox, FormGroup } from '@patternfly/react-core';
import { MAX_EXPORT } from '@sower/api/token-exports';
import { readTransferKey } from '@sower/otp/transfer-key';
import { useState } from 'react';
import { useConsole } from '../session/use-console.ts';
import { helped } from '../texts/use-texts.ts';
import { AreaField, ChoiceField, inWords, TextField, useNewSecret } from '../ui/field.tsx';
import { Form, useFields } from '../ui/forms/form.tsx';
import { partsOf } from '../ui/forms/parts-of.ts';
import { Alert, Button } from '../ui/patternfly.tsx';
import { saveFile } from '../ui/save-file.tsx';
import { Screen } from '../ui/screen.tsx';
import { useSaving } from '../ui/use-work.ts';

const WHICH = ['all', 'batch', 'serials'] as const;
const BY = ['transfer-key', 'password'] as const;
type Exported = { readonly exported: boolean; readonly count: number; readonly leftOut: number };

export function Component() {
  const { t, api, count: number } = useConsole();
  const { values, field } = useFields({
    ...{ batch: '', serials: '', pem: '' },
    which: 'all' as (typeof WHICH)[number],
    by: 'transfer-key' as (typeof BY)[number],
  });
  const { batch, pem, which, by } = values;
  const serials = partsOf(values.serials, /[\s,;]+/);
  const [compared, setCompared] = useState('');
  /** Where the next file begins, if the one before was saved and more are to come. */
  const [next, setNext] = useState<{ readonly after: string; readonly files: number; readonly of: string }>();
  const password = useNewSecret({
    label: t('tokenExport.password'),
    help: t('tokenExport.passwordHelp'),
    again: t('tokenExport.passwordAgain'),
    path: 'password',
    differ: t('tokenExport.passwordsDiffer'),
  });
  const key = pem.trim() === '' ? undefined : readTransferKey(pem);
  const fingerprint = key?.ok ? key.key.fingerprint : undefined;
  const choose =
    which === 'batch' ? { batch: batch.trim() } : which === 'serials' ? { serials } : { all: true as const };
  const named = which === 'batch' ? batch.trim() !== '' : which !== 'serials' || serials.length > 0;

  const counting = useSaving<Exported>({
    mutationFn: async () => {
      let [count, leftOut] = [0, 0];
      for (let after: string | undefined; ; ) {
        const page = await api('exportTokens', {
          body: { choose, after },
        });
        count += page.count;
        leftOut += page.leftOut.length;
        if (page.next === undefined) return { exported: false, count, leftOut };
        after = page.next;
      }
    },
  });
  const exporting = useSaving<Exported>({
    mutationFn: async () => {
      const protection = by === 'password' ? { password: password.value } : { transferKey: pem.trim() };
      const of = JSON.stringify([choose, by, fingerprint]);
      // After a refusal, such as until another administrator has approved it, it continues with the file that is missing.
      let { after, files } = next?.of === of ? next : { after: undefined, files: 0 };
      for (let [count, leftOut] = [0, 0]; ; ) {
        const page = await api('exportTokens', {
          body: { choose, ...protection, after },
        });
        files += 1;
        const name = `tokens${files === 1 ? '' : `-${files}`}.pskcxml`;
        saveFile(name, 'application/pskc+xml', page.pskc ?? '');
        count += page.count;
        leftOut += page.leftOut.length;
        after = page.next;
        setNext(after === undefined ? undefined : { after, files, of });
        if (after === undefined) return { exported: true, count, leftOut };
      }
    },
  });
  const error = exporting.error ?? counting.error;
  const done = exporting.data ?? counting.data;
  const busy = exporting.isPending || counting.isPending;
  const ready = named && (by === 'password' || (fingerprint !== undefined && compared === fingerprint));
  const say = (): void => {
    exporting.reset();
    counting.mutate();
  };
  return (
    <Screen title={t('tokenExport.title')} intro={t('tokenExport.intro')}>
      <Form
        onSubmit={() => {
          if (!ready || (by === 'password' && !password.check())) return;
          counting.reset();
          exporting.mutate();
        }}
        error={error}
      >
        {done && (
          <Alert
            variant={done.exported ? 'success' : 'info'}
            role="status"
            title={t(done.exported ? 'tokenExport.done' : 'tokenExport.would', {
              count: done.count,
              number: number(done.count),
            })}
          >
            {done.leftOut > 0 && (
              <p>{t('tokenExport.leftOut', { count: done.leftOut, number: number(done.leftOut) })}</p>
            )}
            {done.exported && <p>{t('tokenExport.afterwards')}</p>}
          </Alert>
        )}
        <ChoiceField
          id="export-which"
          label={t('tokenExport.which')}
          {...field('which')}
          choices={inWords(WHICH, (value) => t(`tokenExport.whichOf.${value}`))}
        />
        {which === 'batch' && (
          <TextField
            id="export-batch"
            label={t('tokenExport.batch')}
            required
            {...field('batch', 'choose.batch')}
          />
        )}
        {which === 'serials' && (
          <AreaField
            id="export-serials"
            label={t('tokenExport.serials')}
            help={t('tokenExport.serialsHelp', { maximum: number(MAX_EXPORT) })}
            rows={4}
            mono
            required
            {...field('serials', 'choose.serials')}
          />
        )}
        <ChoiceField
          id="export-by"
          label={t('tokenExport.by')}
          help={t(`tokenExport.byHelp.${by}`)}
          {...field('by')}
          choices={inWords(BY, (value) => t(`tokenExport.byOf.${value}`))}
        />
        {by === 'password' ? (
          password.fields()
        ) : (
          <>
            <AreaField
              id="export-key"
              {...helped(t, 'tokenExport.key')}
              rows={6}
              mono
              required
              {...field('pem', 'transferKey')}
              error={key && !key.ok ? t(`tokenExport.keyDefects.${key.reason}`) : undefined}
            />
            {fingerprint !== undefined && (
              <FormGroup label={t('tokenExport.fingerprint')} role="group" fieldId="export-fingerprint">
                <p id="export-fingerprint" className="sower-mono">
                  {fingerprint}
                </p>
                <Checkbox
                  id="export-compared"
                  label={t('tokenExport.compared')}
                  description={t('tokenExport.comparedHelp')}
                  isChecked={compared === fingerprint}
                  onChange={(_, checked) => setCompared(checked ? fingerprint : '')}
                />
              </FormGroup>
            )}
          </>
        )}
        <ActionGroup>
          <Button type="submit" pending={exporting.isPending} isDisabled={busy || !ready}>
            {t('tokenExport.action')}
          </Button>
          <Button variant="secondary" pending={counting.isPending} isDisabled={busy || !named} onClick={say}>
            {t('tokenExport.check')}
          </Button>
        </ActionGroup>
      </Form>
    </Screen>
  );
}
