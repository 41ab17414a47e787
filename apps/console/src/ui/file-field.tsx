/** A file that is read in the browser. */
import { useId } from 'react';

export function FileField({
  label,
  accept,
  onFile,
}: {
  label: string;
  accept: string;
  /** With its octets and its name; empty if none is chosen. */
  onFile: (octets: Uint8Array, name: string) => void;
}) {
  const id = useId();
  return (
    <div className="pf-v6-c-form__group">
      <label className="pf-v6-c-form__label" htmlFor={id}>
        <span className="pf-v6-c-form__label-text">{label}</span>
      </label>
      <input
        id={id}
        type="file"
        accept={accept}
        className="sower-file"
        onChange={async (event) => {
          const [file] = event.target.files ?? [];
          onFile(file ? new Uint8Array(await file.arrayBuffer()) : new Uint8Array(), file?.name ?? '');
        }}
      />
    </div>
  );
}

export function base64Of(octets: Uint8Array): string {
  let text = '';
  for (const octet of octets) text += String.fromCharCode(octet);
  return btoa(text);
}

export const octetsOf = (base64: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
