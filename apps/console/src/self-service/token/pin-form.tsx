/** Create or change the PIN of a token. The rules of the policy are shown beforehand; the field says which one was broken. */
import { Content } from '@patternfly/react-core';
import type { OwnPinRules, OwnToken } from '@sower/api/self-service';
import { useState } from 'react';
import { useApi } from '../../api/connection.ts';
import { fieldProblem, isProblem } from '../../api/problem-words.ts';
import { useAnswer } from '../../api/use-answer.ts';
import { TextField, useNewSecret } from '../../ui/field.tsx';
import { Form } from '../../ui/forms/form.tsx';
import { useNotice } from '../../ui/notices.tsx';
import { ProblemAlert } from '../../ui/problem-alert.tsx';
import { useSaving } from '../../ui/use-work.ts';
import { Submit } from '../part.tsx';
import { useTexts } from '../use-person.ts';

/** @param forgotten the current one is not known: two codes replace it */
export function PinForm({
  token,
  forgotten = false,
  onDone,
}: {
  token: Pick<OwnToken, 'serial'>;
  forgotten?: boolean;
  onDone: () => unknown;
}) {
  const t = useTexts();
  const api = useApi();
  const notice = useNotice();
  const two = useTwoCodes(t('pin.codesHelp'));
  const rules = useAnswer('getOwnPinRules', {
    params: { serial: token.serial },
  });
  const say = useRules();
  const chosen = useNewSecret({
    label: t('pin.label'),
    help: rules.data === undefined ? undefined : say(rules.data),
    again: t('pin.again'),
    differ: t('pin.differ'),
  });
  const save = useSaving({
    mutationFn: () => {
      const params = { serial: token.serial };
      if (!forgotten) return api('setOwnPin', { params, body: { pin: chosen.value } });
      return api('replaceOwnPin', { params, body: { pin: chosen.value, ...two.codes } });
    },
    onError: (error) => {
      if (isProblem(error, 'passcode-refused')) two.clear();
    },
    onSuccess: async () => {
      notice(t('pin.done'));
      await onDone();
    },
  });
  const refused = fieldProblem(save.error, 'pin');
  return (
    <Form
      wide
      onSubmit={() => {
        const shown = !forgotten || two.check();
        if (chosen.check() && shown) save.mutate();
      }}
    >
      <Content component="p">{t('pin.body')}</Content>
      {refused === undefined && <ProblemAlert error={save.error ?? rules.error} />}
      {forgotten && two.fields}
      {chosen.fields(refused)}
      <Submit work={save}>{t('pin.submit')}</Submit>
    </Form>
  );
}

/** All rules in one text. */
function useRules(): (rules: OwnPinRules) => string {
  const t = useTexts();
  return ({ minLength, maxLength, characters, ...rules }) =>
    [
      minLength === maxLength
        ? t(`pin.exact.${characters}`, { length: minLength })
        : t(`pin.length.${characters}`, { least: minLength, most: maxLength }),
      rules.minLetters > 0 && t('pin.letters', { count: rules.minLetters }),
      rules.minDigits > 0 && t('pin.digits', { count: rules.minDigits }),
      rules.noLeadingZero && t('pin.noLeadingZero'),
      rules.wordsExcluded && t('pin.words'),
      rules.sequencesExcluded && t('pin.sequences'),
      rules.history > 0 && t('pin.history', { count: rules.history }),
      t('pin.rulesMore'),
    ]
      .filter(Boolean)
      .join(' ');
}

/** @param help what else the first one must be */
export function useTwoCodes(help?: string) {
  const t = useTexts();
  const [first, setFirst] = useState('');
  const [second, setSecond] = useState('');
  const [checked, setChecked] = useState(false);
  const both = first.trim() !== '' && second.trim() !== '';
  const absent = (code: string) =>
    checked && code.trim() === '' ? t('activate.confirm.missing') : undefined;
  return {
    codes: { first, second },
    /** Whether both were typed; from then on, the field of a missing one says so. */
    check: () => {
      setChecked(!both);
      return both;
    },
    clear: () => {
      setFirst('');
      setSecond('');
    },
    fields: (
      <>
        <TextField
          label={t('resynchronise.first')}
          value={first}
          onChange={setFirst}
          help={help}
          error={absent(first)}
          required
          mono
        />
        <TextField
          label={t('resynchronise.second')}
          value={second}
          onChange={setSecond}
          help={t('resynchronise.secondHelp')}
          error={absent(second)}
          required
          mono
        />
      </>
    ),
  };
}
