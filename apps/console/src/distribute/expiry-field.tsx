/** When the activation code expires: as in the profile, or differently this once. */
import { useTexts } from '../texts/use-texts.ts';
import { ChoiceField, inWords, TextField } from '../ui/field.tsx';

const USUAL = ['never', '1h', '12h', '1d', '3d', '7d', '14d', '30d'] as const;

export function useExpiryWords(): (expiry: string) => string {
  const t = useTexts();
  return (expiry) => {
    const parts = /^(\d+)([hd])$/.exec(expiry);
    if (!parts) return t('expiry.never');
    return parts[2] === 'h'
      ? t('expiry.hours', { count: Number(parts[1]) })
      : t('expiry.days', { count: Number(parts[1]) });
  };
}

export function ExpiryField({
  value,
  onChange,
  asProfile,
  asSettings = false,
  label,
  help,
  path,
  error,
}: {
  /** Empty: as in the profile or the settings. */
  value: string;
  onChange: (value: string) => void;
  asProfile?: string;
  asSettings?: boolean;
  label?: string;
  help?: string;
  path?: string;
  error?: string | undefined;
}) {
  const t = useTexts();
  const words = useExpiryWords();
  const usual = value === '' || (USUAL as readonly string[]).includes(value);
  return (
    <>
      <ChoiceField
        label={label ?? t('expiry.label')}
        value={usual ? value : 'other'}
        onChange={(next) => onChange(next === 'other' ? '2d' : next)}
        {...(usual ? { path, error } : {})}
        help={help ?? t('expiry.help')}
        none={
          asProfile === undefined
            ? asSettings
              ? t('expiry.asSettings')
              : undefined
            : t('expiry.asProfile', { expiry: words(asProfile) })
        }
        choices={[...inWords(USUAL, (entry) => words(entry)), { value: 'other', label: t('expiry.other') }]}
      />
      {!usual && (
        <TextField
          label={t('expiry.otherLabel')}
          value={value}
          onChange={(next) => onChange(next === '' ? ' ' : next.trim())}
          help={t('expiry.otherHelp')}
          path={path}
          error={/^(never|[1-9]\d{0,3}[hd])$/.test(value) ? error : t('expiry.otherHelp')}
        />
      )}
    </>
  );
}
