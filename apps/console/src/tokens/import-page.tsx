/** Authentication > SecurID Tokens > Import Tokens: a file, how it is read, and what its tokens become. The job that it makes checks every record. */
import { FormGroup } from '@patternfly/react-core';
import { MAX_JOB_ROWS } from '@sower/api/bulk';
import {
  formatOfTokenFile,
  guessTokenColumns,
  readTokenCsv,
  recipientOfTokenFile,
  type TokenColumns,
} from '@sower/api/token-file';
import {
  EXISTING_TOKENS,
  IMPORTED_PINS,
  MAX_TOKEN_FILE,
  TOKEN_FILE_FORMATS,
  type TokenFileFormat,
} from '@sower/api/token-imports';
import { tokenKinds } from '@sower/api/tokens';
import { decodeText } from '@sower/api/user-file';
import { visible } from '@sower/bytes/printable';
import { useMemo, useState } from 'react';
import { DomainField } from '../domains/domain-field.tsx';
import { jobNameOf, useNewJob } from '../jobs/use-new-job.ts';
import { useConsole } from '../session/use-console.ts';
import { helped, useTexts } from '../texts/use-texts.ts';
import { ChoiceField, FlagField, inWords, TextField } from '../ui/field.tsx';
import { base64Of, FileField } from '../ui/forms/file-field.tsx';
import { Form, useFields } from '../ui/forms/form.tsx';
import { FormEnd } from '../ui/forms/form-end.tsx';
import { Alert, Button } from '../ui/patternfly.tsx';
import { Screen } from '../ui/screen.tsx';
import { Section } from '../ui/titled-card.tsx';
import { TokenColumnFields, TokenPreview } from './import-preview.tsx';
import { TransferKeyDialog, useTransferKey } from './transfer-key.tsx';

type Chosen = { readonly octets: Uint8Array; readonly fileName: string; readonly count: number };

export function Component() {
  const { t, size } = useConsole();
  const [chosen, setChosen] = useState<Chosen>();
  const [showing, setShowing] = useState(false);
  const maximum = size(MAX_TOKEN_FILE);
  const tooLong = chosen !== undefined && chosen.octets.length > MAX_TOKEN_FILE;
  return (
    <Screen
      title={t('tokenFiles.title')}
      crumb={t('tokenFiles.menu')}
      intro={t('tokenFiles.intro')}
      actions={
        <Button variant="secondary" onClick={() => setShowing(true)}>
          {t('transferKey.open')}
        </Button>
      }
      stacked
    >
      <div className="pf-v6-c-form sower-form">
        <FileField
          label={t('tokenFiles.file')}
          help={t('tokenFiles.fileHelp', { maximum, rows: MAX_JOB_ROWS })}
          accept=".xml,.pskc,.pskcxml,.sdtid,.csv,.txt,.tsv,.pi,text/plain,text/csv,text/xml"
          atMost={MAX_TOKEN_FILE}
          onFile={(octets, fileName) =>
            // Each file starts over, even one with the same name.
            setChosen((before) => ({ octets, fileName, count: (before?.count ?? 0) + 1 }))
          }
        />
      </div>
      {tooLong && <Alert variant="danger" title={t('tokenFiles.tooLong', { maximum })} />}
      {chosen !== undefined && chosen.octets.length > 0 && !tooLong && (
        <ImportForm key={chosen.count} chosen={chosen} />
      )}
      {showing && <TransferKeyDialog onClose={() => setShowing(false)} />}
    </Screen>
  );
}

const ORDERS = ['named', 'numbered', 'oath', 'multiotp'] as const;
type Order = (typeof ORDERS)[number];

/** How a CSV file is read: by what it says itself until that is changed. */
function useTokenCsv(octets: Uint8Array) {
  const text = useMemo(() => decodeText(octets).text, [octets]);
  const guessed = useMemo(() => {
    const read = readTokenCsv(text, {});
    return read.ok ? guessTokenColumns(read.header) : undefined;
  }, [text]);
  const [order, setOrder] = useState<Order>(guessed ? 'named' : 'oath');
  const [mapped, setMapped] = useState<TokenColumns>();
  const mapping = order === 'named' || order === 'numbered';
  const columns = mapped ?? (order === 'named' ? guessed : undefined) ?? {};
  const how = useMemo(
    () => (mapping ? { columns: mapped ?? columns } : { layout: order as 'oath' | 'multiotp' }),
    [mapping, mapped, columns, order],
  );
  const file = useMemo(() => readTokenCsv(text, how), [text, how]);
  const header = useMemo(() => {
    const read = readTokenCsv(text, { layout: 'oath' });
    return read.ok ? read.header : [];
  }, [text]);
  return {
    ...{ order, mapping, columns, header, file, how },
    setMapped,
    setOrder: (next: Order) => {
      setOrder(next);
      setMapped(undefined);
    },
  };
}

function ImportForm({ chosen: { octets, fileName } }: { chosen: Chosen }) {
  const { t, api } = useConsole();
  const recognized = useMemo(() => formatOfTokenFile(octets), [octets]);
  const recipient = useMemo(() => recipientOfTokenFile(octets), [octets]);
  const [format, setFormat] = useState<TokenFileFormat>(recognized);
  const csv = useTokenCsv(octets);
  const [owners, setOwners] = useState<string>();
  const { values, field, flag } = useFields({
    ...{
      password: '',
      key: '',
      maker: '',
      formFactor: '',
      expiresOn: '',
      domain: '',
      name: jobNameOf(fileName),
    },
    kind: 'hardware' as (typeof tokenKinds)[number],
    pins: 'new' as (typeof IMPORTED_PINS)[number],
    existing: 'skip' as (typeof EXISTING_TOKENS)[number],
    enabled: false,
  });
  const { password, key, kind, pins, existing, enabled, expiresOn } = values;
  const isCsv = format === 'csv';
  // Its own key needs neither password nor key.
  const toKey = format === 'pskc' ? recipient : undefined;
  const ready = values.name.trim() !== '' && (!isCsv || csv.file.ok);
  const { form, end } = useNewJob(
    ready
      ? () =>
          api('importTokens', {
            body: {
              name: values.name.trim(),
              file: base64Of(octets),
              format,
              ...(password === '' ? {} : { password }),
              ...(key === '' ? {} : { key }),
              ...(isCsv ? csv.how : {}),
              owners,
              ...{ kind, pins, existing, enabled },
              ...{ maker: values.maker.trim(), formFactor: values.formFactor.trim() },
              ...(expiresOn === '' ? {} : { expiresOn }),
              ...(values.domain === '' ? {} : { securityDomain: values.domain }),
            },
          })
      : undefined,
    '/tokens',
  );
  return (
    <Form wide {...form}>
      <Section title={t('tokenFiles.reading')}>
        <div className="pf-v6-c-form sower-filters">
          <ChoiceField
            id="import-format"
            label={t('tokenFiles.format')}
            value={format}
            onChange={(next) => setFormat(next as TokenFileFormat)}
            choices={TOKEN_FILE_FORMATS.map((value) => {
              const words = t(`tokenFiles.formats.${value}`);
              const label = value === recognized ? t('tokenFiles.recognized', { format: words }) : words;
              return { value, label };
            })}
          />
          {toKey === undefined && (format === 'pskc' || format === 'sdtid') && (
            <TextField
              id="import-password"
              type="password"
              label={t('tokenFiles.password')}
              {...field('password')}
            />
          )}
          {toKey === undefined && (format === 'pskc' || format === 'privacyidea') && (
            <TextField id="import-key" type="password" {...helped(t, 'tokenFiles.key')} {...field('key')} />
          )}
          {isCsv && (
            <ChoiceField
              id="import-order"
              label={t('tokenFiles.order')}
              value={csv.order}
              onChange={(next) => csv.setOrder(next as Order)}
              choices={inWords(ORDERS, (value) => t(`tokenFiles.orders.${value}`))}
            />
          )}
        </div>
        {toKey !== undefined && <Recipient fingerprint={toKey} />}
        {isCsv && csv.mapping && (
          <TokenColumnFields
            header={csv.header}
            numbered={csv.order === 'numbered'}
            columns={csv.columns}
            onChange={csv.setMapped}
          />
        )}
      </Section>
      {!isCsv ? (
        <p>{t('tokenFiles.checkedByServer')}</p>
      ) : csv.file.ok ? (
        <TokenPreview file={csv.file} carriesPins={pins === 'carry'} />
      ) : (
        <Alert variant="warning" title={t('tokenFiles.chooseColumns')} />
      )}
      <Section title={t('tokenFiles.tokens')} className="pf-v6-c-form sower-form">
        <ChoiceField
          id="import-kind"
          label={t('tokenFiles.tokenKind')}
          {...field('kind')}
          choices={inWords(tokenKinds, (value) => t(`tokenFiles.kinds.${value}`))}
        />
        <ChoiceField
          id="import-pins"
          label={t('tokenFiles.pins')}
          help={t(`tokenFiles.pinsHelp.${pins}`)}
          {...field('pins')}
          choices={inWords(IMPORTED_PINS, (value) => t(`tokenFiles.pinsHow.${value}`))}
        />
        <ChoiceField
          id="import-existing"
          label={t('tokenFiles.existing')}
          {...field('existing')}
          choices={inWords(EXISTING_TOKENS, (value) => t(`tokenFiles.existingHow.${value}`))}
        />
        <FileField
          label={t('tokenFiles.ownersFile')}
          help={t('tokenFiles.ownersHelp')}
          accept=".csv,.txt,.tsv,text/csv,text/plain"
          atMost={MAX_TOKEN_FILE}
          onFile={(read) => setOwners(read.length === 0 ? undefined : decodeText(read).text)}
        />
        <FormGroup>
          <FlagField id="import-enabled" {...helped(t, 'tokenFiles.enabled')} {...flag('enabled')} />
        </FormGroup>
        <TextField
          id="import-maker"
          label={t('tokenFiles.fields.maker')}
          help={t('tokenFiles.makerHelp')}
          {...field('maker')}
        />
        <TextField
          id="import-form-factor"
          label={t('tokenFiles.fields.model')}
          help={t('tokenFiles.formFactorHelp')}
          {...field('formFactor')}
        />
        <TextField
          id="import-expires"
          type="date"
          {...helped(t, 'tokenFiles.expiresOn')}
          {...field('expiresOn')}
        />
        <DomainField
          label={t('tokenFiles.domain')}
          none={t('tokenFiles.domainUsual')}
          {...field('domain', 'securityDomain')}
        />
        <TextField id="import-name" {...helped(t, 'tokenFiles.name')} required {...field('name')} />
      </Section>
      <FormEnd {...end} action={t('tokenFiles.check')} />
    </Form>
  );
}

/** Whose file it is. The server refuses another one's anyway. */
function Recipient({ fingerprint }: { fingerprint: string }) {
  const t = useTexts();
  const key = useTransferKey(true).data;
  if (key === undefined) return null;
  const own = key?.fingerprint;
  const theirs = visible(fingerprint);
  return own === fingerprint ? (
    <Alert variant="success" title={t('transferKey.ours')}>
      {t('transferKey.oursHelp')}
    </Alert>
  ) : (
    <Alert variant="danger" title={t('transferKey.theirs')}>
      {own === undefined ? t('transferKey.noneOwn', { theirs }) : t('transferKey.both', { theirs, own })}
    </Alert>
  );
}
