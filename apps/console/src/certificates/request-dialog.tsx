/** A certificate signing request: first its content, then the request to copy. */
import { TextArea } from '@patternfly/react-core';
import {
  type CertificateRequest,
  certificateKeyTypes,
  type StoredCertificate,
} from '@sower/api/certificates';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useConsole } from '../session/use-console.ts';
import { helped, useTexts } from '../texts/use-texts.ts';
import { CopyField } from '../ui/copy-field.tsx';
import { Dialog } from '../ui/dialogs/dialog.tsx';
import { FormDialog } from '../ui/dialogs/small-dialogs.tsx';
import { ChoiceField, Field, inWords, TextField } from '../ui/field.tsx';
import { Button } from '../ui/patternfly.tsx';
import { saveFile } from '../ui/save-file.tsx';

const SUBJECT = ['commonName', 'organization', 'organizationalUnit', 'locality', 'state', 'country'] as const;
type Subject = Record<(typeof SUBJECT)[number], string>;

export function RequestDialog({ publicUrl, onClose }: { publicUrl: string; onClose: () => void }) {
  const { t, api } = useConsole();
  const queries = useQueryClient();
  const [names, setNames] = useState(() => new URL(publicUrl).hostname.replace(/^\[|\]$/g, ''));
  const [keyType, setKeyType] = useState<CertificateRequest['keyType']>('rsa-2048');
  const [subject, setSubject] = useState<Subject>({
    commonName: '',
    organization: '',
    organizationalUnit: '',
    locality: '',
    state: '',
    country: '',
  });
  const [made, setMade] = useState<StoredCertificate>();
  const list = names.split(/[\s,;]+/).filter(Boolean);
  if (made) return <RequestView request={made} onClose={onClose} />;
  return (
    <FormDialog
      title={t('certificates.request.title')}
      action={t('certificates.request.action')}
      intro={<p>{t('certificates.request.intro')}</p>}
      ready={list.length > 0}
      onClose={onClose}
      onSubmit={async () => {
        const said = Object.entries(subject).filter(([, value]) => value.trim() !== '');
        const body: CertificateRequest = { keyType, names: list, ...Object.fromEntries(said) };
        setMade(await api('requestCertificate', { body }));
        await queries.invalidateQueries({ queryKey: ['certificates'] });
        return 'keep';
      }}
    >
      <Field {...helped(t, 'certificates.request.names')} path="names" required>
        {({ id, 'aria-describedby': describedBy }) => (
          <TextArea
            id={id}
            aria-describedby={describedBy}
            className="sower-mono"
            rows={3}
            resizeOrientation="vertical"
            value={names}
            onChange={(_, value) => setNames(value)}
            spellCheck={false}
            autoComplete="off"
          />
        )}
      </Field>
      <ChoiceField
        label={t('certificates.request.keyType')}
        value={keyType}
        onChange={(value) => setKeyType(value as CertificateRequest['keyType'])}
        choices={inWords(certificateKeyTypes, (value) => t(`certificates.request.keyTypes.${value}`))}
        path="keyType"
      />
      {SUBJECT.map((name) => (
        <TextField
          key={name}
          label={t(`certificates.request.${name}`)}
          value={subject[name]}
          onChange={(value) => setSubject((before) => ({ ...before, [name]: value }))}
          path={name}
          {...(name === 'commonName' || name === 'country'
            ? { help: t(`certificates.request.${name}Help`) }
            : {})}
        />
      ))}
    </FormDialog>
  );
}

export function RequestView({ request, onClose }: { request: StoredCertificate; onClose: () => void }) {
  const t = useTexts();
  const pem = request.request ?? '';
  return (
    <Dialog
      title={t('certificates.request.madeTitle', { subject: request.subject })}
      size="medium"
      leave="close"
      onClose={onClose}
      buttons={
        <Button onClick={() => saveFile('request.csr', 'application/pkcs10', pem)}>
          {t('certificates.request.download')}
        </Button>
      }
    >
      <p>{t('certificates.request.madeBody')}</p>
      <CopyField label={t('certificates.request.pem')} value={pem} />
    </Dialog>
  );
}
