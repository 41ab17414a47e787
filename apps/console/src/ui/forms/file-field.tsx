/** A file that is read in the browser: chosen by the button, or dropped on the field. */
import { useRef, useState } from 'react';
import { useSharedTexts } from '../../texts/use-shared-texts.ts';
import { Field } from '../field.tsx';

export function FileField({
  accept,
  atMost = Number.MAX_SAFE_INTEGER,
  onFile,
  ...said
}: {
  label: string;
  help?: string;
  error?: string | undefined;
  accept: string;
  /** Of a larger file, one octet more is read than this. */
  atMost?: number;
  /** With its octets and its name; empty if none is chosen. */
  onFile: (octets: Uint8Array, name: string) => void;
}) {
  const t = useSharedTexts();
  const [name, setName] = useState('');
  const latest = useRef<File>(undefined);
  return (
    <Field {...said}>
      {({ id, 'aria-describedby': describedBy }) => (
        <div className="sower-file">
          {/* Over what is drawn: it takes the click, the keyboard and what is dropped. */}
          <input
            id={id}
            type="file"
            accept={accept}
            aria-describedby={describedBy}
            className="sower-file-input"
            // A file that was corrected is chosen under the same name, which would be no change.
            onClick={(event) => {
              event.currentTarget.value = '';
            }}
            onChange={async (event) => {
              const [file] = event.target.files ?? [];
              latest.current = file;
              setName(file?.name ?? '');
              const read = await file?.slice(0, atMost + 1).arrayBuffer();
              // A large one may be read when another is chosen already.
              if (latest.current !== file) return;
              onFile(new Uint8Array(read ?? []), file?.name ?? '');
            }}
          />
          <span className="pf-v6-c-button pf-m-secondary" aria-hidden="true">
            <span className="pf-v6-c-button__text">{t('parts.chooseFile')}</span>
          </span>
          <span className="sower-wrap" aria-hidden="true">
            {name === '' ? t('parts.noFile') : name}
          </span>
        </div>
      )}
    </Field>
  );
}

export function base64Of(octets: Uint8Array): string {
  let text = '';
  for (const octet of octets) text += String.fromCharCode(octet);
  return btoa(text);
}

export const octetsOf = (base64: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
