/** Identity > Users > Import: a file, how it is read, which column is what. The job that it makes checks every row, on its own page. */
import { Checkbox } from '@patternfly/react-core';
import { MAX_JOB_ROWS } from '@sower/api/bulk';
import { firstOf } from '@sower/api/csv';
import { type Delimiter, USER_COLUMNS, type UserColumns } from '@sower/api/user-columns';
import {
  decodeText,
  ENCODINGS,
  type Encoding,
  type FileRow,
  guessColumns,
  readUserFile,
  type UserFile,
} from '@sower/api/user-file';
import { EXISTING_USERS, type ExistingUsers, MAX_USER_FILE } from '@sower/api/user-imports';
import { useMemo, useState } from 'react';
import { DomainField } from '../../domains/domain-field.tsx';
import { jobNameOf, useNewJob } from '../../jobs/use-new-job.ts';
import { useConsole } from '../../session/use-console.ts';
import { helped, useTexts } from '../../texts/use-texts.ts';
import { ChoiceField, inWords, TextField } from '../../ui/field.tsx';
import { FileColumns, FilePreview } from '../../ui/forms/file-columns.tsx';
import { FileField } from '../../ui/forms/file-field.tsx';
import { Form, useFields } from '../../ui/forms/form.tsx';
import { FormEnd } from '../../ui/forms/form-end.tsx';
import { Alert } from '../../ui/patternfly.tsx';
import { Screen } from '../../ui/screen.tsx';
import { Section } from '../../ui/titled-card.tsx';

const SHOWN_ROWS = 5;
const DELIMITER_NAMES = [
  ['comma', ','],
  ['semicolon', ';'],
  ['tab', '\t'],
  ['pipe', '|'],
] as const satisfies readonly (readonly [string, Delimiter])[];

/** The chosen file, and how to read it if that differs from what was detected. */
type Chosen = {
  readonly octets: Uint8Array;
  readonly encoding?: Encoding;
  readonly delimiter?: Delimiter;
  readonly header: boolean;
};

export function Component() {
  const t = useTexts();
  const [chosen, setChosen] = useState<Chosen>();
  const [name, setName] = useState('');
  /** Each file starts over, even one with the same name. */
  const [count, setCount] = useState(0);
  const isEmpty = chosen === undefined || chosen.octets.length === 0;
  return (
    <Screen title={t('userFiles.title')} intro={t('userFiles.intro')} stacked>
      <div className="pf-v6-c-form sower-form">
        <FileField
          label={t('userFiles.file')}
          help={t('userFiles.fileHelp', { rows: MAX_JOB_ROWS })}
          accept=".csv,.txt,.tsv,.jsonl,.ndjson,text/csv,text/plain"
          onFile={(octets, fileName) => {
            setChosen({ octets, header: true });
            setName(jobNameOf(fileName));
            setCount((before) => before + 1);
          }}
        />
      </div>
      {!isEmpty && <ImportForm key={count} chosen={chosen} onChange={setChosen} fileName={name} />}
    </Screen>
  );
}

function ImportForm({
  chosen,
  onChange,
  fileName,
}: {
  chosen: Chosen;
  onChange: (chosen: Chosen) => void;
  fileName: string;
}) {
  const { t, api } = useConsole();
  const { octets, encoding: wanted, delimiter: wantedDelimiter, header } = chosen;
  const { text, encoding } = useMemo(() => decodeText(octets, wanted), [octets, wanted]);
  const file = useMemo(
    () => readUserFile(text, { delimiter: wantedDelimiter, header }),
    [text, wantedDelimiter, header],
  );
  const rows = useMemo(() => firstOf(file.rows(), SHOWN_ROWS), [file]);
  const [mapped, setMapped] = useState<UserColumns>();
  const columns = mapped ?? (header || file.format === 'json-lines' ? guessColumns(file.columns) : {});
  const { values, field } = useFields({ domain: '', name: fileName, existing: 'skip' as ExistingUsers });
  const { domain, name } = values;
  const read = (change: Partial<Chosen>): void => {
    setMapped(undefined);
    onChange({ ...chosen, ...change });
  };
  const tooLong = text.length > MAX_USER_FILE;
  const ready = name.trim() !== '' && columns.userId !== undefined && rows.length > 0 && !tooLong;
  const { form, end } = useNewJob(
    ready
      ? () =>
          api('importUsers', {
            body: {
              name: name.trim(),
              file: text,
              format: file.format,
              header,
              columns,
              existing: values.existing,
              ...(file.delimiter === undefined ? {} : { delimiter: file.delimiter }),
              ...(domain === '' ? {} : { securityDomain: domain }),
            },
          })
      : undefined,
    '/users',
  );
  return (
    <Form wide {...form}>
      {tooLong && <Alert variant="danger" title={t('userFiles.tooLong', { maximum: MAX_USER_FILE })} />}
      <Section title={t('userFiles.reading')}>
        <div className="pf-v6-c-form sower-filters">
          <ChoiceField
            id="import-encoding"
            label={t('userFiles.encoding')}
            value={encoding}
            onChange={(next) => read({ encoding: next as Encoding })}
            choices={inWords(ENCODINGS, (value) => value.toUpperCase())}
          />
          {file.format === 'csv' && (
            <ChoiceField
              id="import-delimiter"
              label={t('userFiles.delimiter')}
              value={DELIMITER_NAMES.find(([, value]) => value === file.delimiter)?.[0] ?? 'comma'}
              onChange={(next) => {
                const delimiter = DELIMITER_NAMES.find(([each]) => each === next)?.[1];
                if (delimiter) read({ delimiter });
              }}
              choices={DELIMITER_NAMES.map(([value]) => ({
                value,
                label: t(`userFiles.delimiters.${value}`),
              }))}
            />
          )}
        </div>
        {file.format === 'csv' && (
          <Checkbox
            id="import-header"
            label={t('userFiles.header')}
            isChecked={header}
            onChange={(_, next) => read({ header: next })}
          />
        )}
      </Section>
      <UserColumnFields file={file} columns={columns} onChange={setMapped} numbered={!header} />
      {rows.length === 0 ? (
        <Alert variant="warning" title={t('userFiles.noRows')} />
      ) : (
        <UserPreview file={file} rows={rows} columns={columns} />
      )}
      <Section title={t('userFiles.users')} className="pf-v6-c-form sower-form">
        <ChoiceField
          id="import-existing"
          label={t('userFiles.existing')}
          {...field('existing')}
          choices={inWords(EXISTING_USERS, (value) => t(`userFiles.existingHow.${value}`))}
        />
        <DomainField
          label={t('userFiles.domain')}
          none={t('userFiles.domainUsual')}
          {...field('domain', 'securityDomain')}
        />
        <TextField id="import-name" {...helped(t, 'userFiles.name')} required {...field('name')} />
      </Section>
      <FormEnd {...end} action={t('userFiles.check')} />
    </Form>
  );
}

/** Which column of a file of users is what, and its first rows as they are read by that. */
function UserColumnFields({
  file,
  ...rest
}: {
  file: UserFile;
  columns: UserColumns;
  onChange: (columns: UserColumns) => void;
  numbered: boolean;
}) {
  const t = useTexts();
  const fields = USER_COLUMNS.map((name) => ({
    ...{ name, label: t(`userFiles.fields.${name}`), required: name === 'userId' },
  }));
  return (
    <Section title={t('userFiles.columns')}>
      <p>{t('userFiles.columnsHelp')}</p>
      <FileColumns fields={fields} names={file.columns} {...rest} />
    </Section>
  );
}

function UserPreview({
  file,
  rows,
  columns,
}: {
  file: UserFile;
  rows: readonly FileRow[];
  columns: UserColumns;
}) {
  const t = useTexts();
  const shown = USER_COLUMNS.flatMap((column) => {
    const index = file.columns.indexOf(columns[column] ?? '');
    return columns[column] === undefined || index === -1 ? [] : [{ column, index }];
  });
  return (
    <FilePreview
      title={t('userFiles.preview')}
      labels={shown.map(({ column }) => t(`userFiles.fields.${column}`))}
      rows={rows.map(({ line, cells, problem }) => ({
        line,
        cells: shown.map(({ index }) => cells[index] ?? ''),
        ...(problem !== undefined && { problem: t(`userFiles.rowProblems.${problem}`) }),
      }))}
    />
  );
}
