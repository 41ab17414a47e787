/** Import New Device Definition File: parses the file in the browser first, to show errors with their place before anything is sent. */
import { FormGroup, List, ListItem, TextArea } from '@patternfly/react-core';
import { type DeviceDefinition, type DeviceType, deviceDefinitionSchema } from '@sower/api/device-types';
import { templateDefect } from '@sower/ctkip/links';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useApi } from '../api/use-api.ts';
import { useTexts } from '../texts/use-texts.ts';
import { FormDialog } from '../ui/dialogs/form-dialog.tsx';
import { useNotice } from '../ui/notices.tsx';
import { Alert } from '../ui/patternfly.tsx';

type Checked = { ok: true; definition: DeviceDefinition } | { ok: false; problems: readonly string[] };

/** @returns the definition, or its errors, each with its place in the file */
export function checkDefinition(text: string): Checked {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (error) {
    return { ok: false, problems: [error instanceof Error ? error.message : String(error)] };
  }
  const parsed = deviceDefinitionSchema.safeParse(document);
  if (!parsed.success) {
    return {
      ok: false,
      problems: parsed.error.issues.map(({ path, message }) =>
        path.length === 0 ? message : `${path.join('.')}: ${message}`,
      ),
    };
  }
  const defect = templateDefect(parsed.data.linkTemplate);
  return defect === undefined
    ? { ok: true, definition: parsed.data }
    : { ok: false, problems: [`linkTemplate: ${defect}`] };
}

const LARGEST = 65_536;

export function ImportDefinitionDialog({
  onClose,
  onImported,
}: {
  onClose: () => void;
  onImported?: (type: DeviceType) => void;
}) {
  const t = useTexts();
  const api = useApi();
  const queries = useQueryClient();
  const notice = useNotice();
  const [text, setText] = useState('');
  const [unreadable, setUnreadable] = useState<string>();
  const checked = text.trim() === '' ? undefined : checkDefinition(text);
  return (
    <FormDialog
      title={t('deviceTypes.import')}
      action={t('deviceTypes.importAction')}
      ready={checked?.ok === true}
      onClose={onClose}
      onSubmit={async () => {
        if (!checked?.ok) return;
        const type = await api('importDeviceType', { body: checked.definition });
        notice(t('deviceTypes.said.imported', { name: type.name }));
        await queries.invalidateQueries({ queryKey: ['deviceTypes'] });
        onImported?.(type);
      }}
    >
      {() => (
        <>
          <FormGroup label={t('deviceTypes.file')} fieldId="definition-file">
            <input
              id="definition-file"
              type="file"
              accept=".json,application/json"
              onChange={async (event) => {
                const file = event.target.files?.[0];
                if (!file) return;
                if (file.size > LARGEST) {
                  setText('');
                  setUnreadable(t('deviceTypes.tooLarge', { name: file.name }));
                  return;
                }
                setUnreadable(undefined);
                setText(await file.text());
              }}
            />
          </FormGroup>
          <FormGroup label={t('deviceTypes.text')} fieldId="definition-text">
            <TextArea
              id="definition-text"
              className="sower-mono"
              rows={8}
              resizeOrientation="vertical"
              value={text}
              onChange={(_, value) => setText(value)}
              spellCheck={false}
            />
          </FormGroup>
          {unreadable !== undefined && (
            <Alert component="p" isInline variant="danger" title={unreadable} role="alert" />
          )}
          {checked?.ok === false && (
            <Alert component="p" isInline variant="danger" title={t('deviceTypes.wrong')} role="alert">
              <List>
                {checked.problems.map((problem) => (
                  <ListItem key={problem}>{problem}</ListItem>
                ))}
              </List>
            </Alert>
          )}
          {checked?.ok === true && (
            <Alert
              component="p"
              isInline
              variant="success"
              title={t('deviceTypes.right', { name: checked.definition.name, id: checked.definition.id })}
            />
          )}
        </>
      )}
    </FormDialog>
  );
}
