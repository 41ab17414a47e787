/** The logo on letters: shown, replaced by a file, removed. */
import { useTexts } from '../texts/use-texts.ts';
import { base64Of, FileField } from '../ui/forms/file-field.tsx';
import { Button } from '../ui/patternfly.tsx';

/** By its first octets, whatever the file is called. */
const typeOf = ([first]: Uint8Array): string => (first === 0xff ? 'image/jpeg' : 'image/png');

export function LogoField({
  label,
  help,
  value,
  onChange,
  error,
}: {
  label: string;
  help: string;
  /** A data URL; empty for none. */
  value: string;
  onChange: (value: string) => void;
  error: string | undefined;
}) {
  const t = useTexts();
  return (
    <div>
      <FileField
        label={label}
        help={help}
        error={error}
        accept="image/png,image/jpeg"
        onFile={(octets) => {
          if (octets.length > 0) onChange(`data:${typeOf(octets)};base64,${base64Of(octets)}`);
        }}
      />
      {value === '' ? (
        <p>{t('settings.logoNone')}</p>
      ) : (
        <p>
          <img className="sower-logo" src={value} alt={t('settings.logoNow')} />
          <Button variant="link" onClick={() => onChange('')}>
            {t('settings.logoRemove')}
          </Button>
        </p>
      )}
    </div>
  );
}
