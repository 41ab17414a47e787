/** A certificate signing request: first its content, then the request to copy. */

import {
  type CertificateRequest,
  certificateKeyTypes,
  type StoredCertificate,
} from '@sower/api/certificates';
import { hostNameOf } from '@sower/api/host-name';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useConsole } from '../session/use-console.ts';
import { helped, useTexts } from '../texts/use-texts.ts';
import { CopyField } from '../ui/copy-field.tsx';
import { Dialog } from '../ui/dialogs/dialog.tsx';
import { FormDialog } from '../ui/dialogs/small-dialogs.tsx';
import { AreaField, ChoiceField, inWords, TextField } from '../ui/field.tsx';
import { useFields } from '../ui/forms/form.tsx';
import { partsOf } from '../ui/forms/parts-of.ts';
import { Button } from '../ui/patternfly.tsx';
import { saveFile } from '../ui/save-file.tsx';

const SUBJECT = ['commonName', 'organization', 'organizationalUnit', 'locality', 'state', 'country'] as const;
export function RequestDialog({ publicUrl, onClose }: { publicUrl: string; onClose: () => void }) {
  const { t, api } = useConsole();
  const queries = useQueryClient();
  const { values, field } = useFields({
    names: hostNameOf(publicUrl),
    keyType: 'rsa-2048' as CertificateRequest['keyType'],
    commonName: '',
    organization: '',
    organizationalUnit: '',
    locality: '',
    state: '',
    country: '',
  });
  const [made, setMade] = useState<StoredCertificate>();
  const names = partsOf(values.names, /[\s,;]+/);
  if (made) return <RequestView request={made} onClose={onClose} />;
  return (
    <FormDialog
      title={t('certificates.request.title')}
      action={t('certificates.request.action')}
      intro={<p>{t('certificates.request.intro')}</p>}
      ready={names.length > 0}
      onClose={onClose}
      onSubmit={async () => {
        const said = SUBJECT.filter((name) => values[name].trim() !== '').map((name) => [name, values[name]]);
        const body: CertificateRequest = { keyType: values.keyType, names, ...Object.fromEntries(said) };
        setMade(await api('requestCertificate', { body }));
        await queries.invalidateQueries({ queryKey: ['certificates'] });
        return 'keep';
      }}
    >
      <AreaField {...helped(t, 'certificates.request.names')} required rows={3} mono {...field('names')} />
      <ChoiceField
        label={t('certificates.request.keyType')}
        choices={inWords(certificateKeyTypes, (value) => t(`certificates.request.keyTypes.${value}`))}
        {...field('keyType')}
      />
      {SUBJECT.map((name) => (
        <TextField
          key={name}
          label={t(`certificates.request.${name}`)}
          {...field(name)}
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
