/** Another certificate: chosen or pasted, checked by the server, and used if nothing is wrong with it. */
import { FormGroup } from '@patternfly/react-core';
import type { CertificateCheck, CertificateInput } from '@sower/api/certificates';
import { useEffect, useRef, useState } from 'react';
import { useConsole } from '../session/use-console.ts';
import { helped, useTexts } from '../texts/use-texts.ts';
import { FormDialog } from '../ui/dialogs/small-dialogs.tsx';
import { AreaField, TextField } from '../ui/field.tsx';
import { base64Of, FileField } from '../ui/forms/file-field.tsx';
import { Alert } from '../ui/patternfly.tsx';
import { CertificateFindings, ChainFacts } from './certificate-findings.tsx';

const LARGEST = 32 * 1024;

type Given = { chain: string; key: string; password: string; pkcs12?: { name: string; base64: string } };

function inputOf({ chain, key, password, pkcs12 }: Given): CertificateInput {
  if (pkcs12) return { kind: 'pkcs12', file: pkcs12.base64, password };
  return {
    kind: 'pem',
    chain,
    ...(key === '' ? {} : { key }),
    ...(password === '' ? {} : { password }),
  };
}

export function UploadDialog({ onClose }: { onClose: () => void }) {
  const { t, api, done } = useConsole();
  const [given, setGiven] = useState<Given>({ chain: '', key: '', password: '' });
  const [checked, setChecked] = useState<{ readonly given: Given; readonly check: CertificateCheck }>();
  /** What was checked is what is used: every change needs another check, also one that was made while it was on its way. */
  const check = checked?.given === given ? checked.check : undefined;
  const [tooLarge, setTooLarge] = useState<string>();
  /** On a phone the fields fill the dialog; the server's answer must not stay below them unseen. */
  const said = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (check) said.current?.scrollIntoView({ block: 'nearest' });
  }, [check]);
  const change = (part: Partial<Given>): void => setGiven((before) => ({ ...before, ...part }));
  const fits = (octets: Uint8Array, name: string): boolean => {
    setTooLarge(octets.length > LARGEST ? name : undefined);
    return octets.length > 0 && octets.length <= LARGEST;
  };
  return (
    <FormDialog
      title={t('certificates.upload.title')}
      action={t(check?.usable ? 'certificates.upload.use' : 'certificates.upload.look')}
      intro={<p>{t('certificates.upload.intro')}</p>}
      ready={given.chain.trim() !== '' || given.pkcs12 !== undefined}
      onClose={onClose}
      onSubmit={async () => {
        const body = inputOf(given);
        if (!check?.usable) {
          setChecked({ given, check: await api('checkCertificate', { body }) });
          return 'keep';
        }
        await api('addCertificate', { body });
        await done(t('certificates.upload.used'));
        return undefined;
      }}
    >
      <FileField
        {...helped(t, 'certificates.upload.file')}
        accept=".pem,.crt,.cer,.der,.p7b,.p12,.pfx,.txt"
        atMost={LARGEST}
        onFile={(octets, name) => {
          if (!fits(octets, name)) return;
          const text = new TextDecoder('latin1').decode(octets);
          if (text.includes('-----BEGIN '))
            setGiven(({ pkcs12: _, ...before }) => ({ ...before, chain: text }));
          else change({ chain: '', pkcs12: { name, base64: base64Of(octets) } });
        }}
      />
      {given.pkcs12 ? (
        <p>{t('certificates.upload.chosen', { name: given.pkcs12.name })}</p>
      ) : (
        <>
          <AreaField
            {...helped(t, 'certificates.upload.text')}
            rows={5}
            mono
            value={given.chain}
            onChange={(chain) => change({ chain })}
          />
          <FileField
            {...helped(t, 'certificates.upload.key')}
            accept=".pem,.key,.txt"
            atMost={LARGEST}
            onFile={(octets, name) => {
              if (fits(octets, name)) change({ key: new TextDecoder('latin1').decode(octets) });
            }}
          />
        </>
      )}
      <TextField
        {...helped(t, 'certificates.upload.password')}
        type="password"
        value={given.password}
        onChange={(password) => change({ password })}
      />
      {tooLarge !== undefined && (
        <Alert variant="danger" role="alert" title={t('certificates.upload.tooLarge', { name: tooLarge })} />
      )}
      <div ref={said}>{check && <CheckSays check={check} />}</div>
      {check && check.chain.length > 0 && <Found chain={check.chain} />}
    </FormDialog>
  );
}

function CheckSays({ check: { usable, findings } }: { check: CertificateCheck }) {
  const t = useTexts();
  return usable ? (
    <Alert variant="success" title={t('certificates.upload.right')} role="status" />
  ) : (
    <Alert variant="danger" title={t('certificates.upload.wrong')} role="alert">
      <CertificateFindings findings={findings} />
    </Alert>
  );
}

/** What was in the file. */
function Found({ chain }: Pick<CertificateCheck, 'chain'>) {
  const t = useTexts();
  return (
    <FormGroup role="group" label={t('certificates.upload.found')} fieldId="certificate-found">
      <div className="sower-stack" id="certificate-found">
        {chain.map((entry, index) => (
          // A chain may contain one twice, which is one of the possible errors.
          // biome-ignore lint/suspicious/noArrayIndexKey: the place in the chain is what names it
          <ChainFacts key={index} entry={entry} />
        ))}
      </div>
    </FormGroup>
  );
}
