/** The activation code: made, or chosen by the administrator. With a QR code only the user sees it. */
import { LIMITS } from '@sower/api/limits';
import { isProblem, problemOf } from '../api/problem-words.ts';
import { useAnswer } from '../api/use-answer.ts';
import { useTexts } from '../texts/use-texts.ts';
import { ChoiceField, TextField } from '../ui/field.tsx';

type Typed = { value: string; onChange: (value: string) => void };

export function CodeFields({
  kind,
  chosen,
  error,
  qr = false,
  disabled = false,
}: {
  kind: Typed;
  /** Absent: for many, each of whom gets a code of their own. */
  chosen?: Typed;
  error: unknown;
  qr?: boolean;
  disabled?: boolean;
}) {
  const t = useTexts();
  const refused = isProblem(error, 'code-refused') ? problemOf(error)?.detail : undefined;
  const choosing = chosen !== undefined && kind.value === 'chosen' && !qr;
  const minimum = useDistributionSettings(choosing).data?.minChosenCodeLength;
  return (
    <>
      <ChoiceField
        id="activation-code"
        label={t('distribute.code')}
        value={qr ? 'digits' : kind.value}
        onChange={kind.onChange}
        disabled={qr || disabled}
        choices={[
          { value: 'digits', label: t('distribute.codeDigits') },
          { value: 'long', label: t('distribute.codeLong') },
          ...(chosen ? [{ value: 'chosen', label: t('distribute.codeChosen') }] : []),
        ]}
        {...(choosing ? {} : { path: 'activationCode', error: refused })}
        help={qr ? t('distribute.codeQr') : t('distribute.codeHelp')}
      />
      {choosing && (
        <TextField
          id="chosen-code"
          label={t('distribute.chosenCode')}
          required
          mono
          value={chosen.value}
          onChange={chosen.onChange}
          help={
            minimum === undefined
              ? undefined
              : t('distribute.chosenCodeHelp', {
                  minimum,
                  digits: Math.max(minimum, LIMITS.digitsOnly),
                })
          }
          path="activationCode"
          error={refused}
        />
      )}
    </>
  );
}

/** The settings that matter to anyone who distributes. */
export function useDistributionSettings(enabled: boolean) {
  return useAnswer('getDistributionSettings', {}, { enabled });
}
