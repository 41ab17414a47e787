/** Import New Device Definition File, as a file or as its text. What is wrong with it, and where, the server says. */
import type { DeviceDefinition, DeviceType } from '@sower/api/device-types';
import { jsonIn } from '@sower/api/json';
import { useState } from 'react';
import { problemOf } from '../../api/problem-words.ts';
import { useConsole } from '../../session/use-console.ts';
import { FormDialog } from '../../ui/dialogs/small-dialogs.tsx';
import { AreaField } from '../../ui/field.tsx';
import { FileField } from '../../ui/forms/file-field.tsx';
import { Alert } from '../../ui/patternfly.tsx';

const LARGEST = 65_536;

export function ImportDefinitionDialog({
  onClose,
  onImported,
}: {
  onClose: () => void;
  onImported?: (type: DeviceType) => void;
}) {
  const { t, api, done } = useConsole();
  const [text, setText] = useState('');
  const [unreadable, setUnreadable] = useState<string>();
  /** What the server has found something wrong with. */
  const [refused, setRefused] = useState<string>();
  const document = jsonIn(text);
  return (
    <FormDialog
      title={t('deviceTypes.import')}
      action={t('deviceTypes.importAction')}
      ready={document !== undefined && text !== refused}
      onClose={onClose}
      onSubmit={async () => {
        const sent = api('importDeviceType', { body: document as DeviceDefinition });
        sent.catch((error: unknown) => {
          // Not if there was no answer: then it is sent again.
          if (problemOf(error)?.errors) setRefused(text);
        });
        const type = await sent;
        await done(t('deviceTypes.said.imported', { name: type.name }), ['device-types']);
        onImported?.(type);
      }}
    >
      <FileField
        label={t('deviceTypes.file')}
        accept=".json,application/json"
        atMost={LARGEST}
        onFile={(octets, name) => {
          if (octets.length === 0) return;
          const tooLarge = octets.length > LARGEST;
          setText(tooLarge ? '' : new TextDecoder().decode(octets));
          setUnreadable(tooLarge ? t('deviceTypes.tooLarge', { name }) : undefined);
        }}
      />
      <AreaField
        id="definition-text"
        label={t('deviceTypes.text')}
        rows={8}
        mono
        value={text}
        onChange={setText}
      />
      {unreadable !== undefined && <Alert variant="danger" title={unreadable} role="alert" />}
      {text.trim() !== '' && document === undefined && (
        <Alert variant="danger" title={t('deviceTypes.wrong')} role="alert">
          {t('deviceTypes.noJson')}
        </Alert>
      )}
    </FormDialog>
  );
}
