/** Create or change the PIN of a token: by the rules of the policy, which are said before; which one was broken is said at the field. */
import { Button, Content, Form } from '@patternfly/react-core';
import type { OwnPinRules, OwnToken } from '@sower/api/self-service';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { fieldProblem, isProblem } from '../api/problem-words.ts';
import { useApi } from '../api/use-api.ts';
import { TextField } from '../ui/field.tsx';
import { useNotice } from '../ui/notices.tsx';
import { Wrong } from './wrong.tsx';

/** @param forgotten the present one is not known: two codes stand in for it */
export function PinForm({
  token,
  forgotten = false,
  onDone,
}: {
  token: Pick<OwnToken, 'serial'>;
  forgotten?: boolean;
  onDone: () => unknown;
}) {
  const { t } = useTranslation('selfService');
  const api = useApi();
  const notice = useNotice();
  const [pin, setPin] = useState('');
  const [again, setAgain] = useState('');
  const [differ, setDiffer] = useState(false);
  const [missing, setMissing] = useState(false);
  const [first, setFirst] = useState('');
  const [second, setSecond] = useState('');
  const save = useMutation({
    mutationFn: () => {
      const params = { serial: token.serial };
      if (!forgotten) return api('setOwnPin', { params, body: { pin } });
      const [one, two] = [first, second].map((code) => code.replace(/\s/g, '')) as [string, string];
      return api('replaceOwnPin', { params, body: { pin, first: one, second: two } });
    },
    onError: (error) => {
      if (!isProblem(error, 'passcode-refused')) return;
      setFirst('');
      setSecond('');
    },
    onSuccess: async () => {
      notice(t('pin.done'));
      await onDone();
    },
  });
  const rules = useQuery({
    queryKey: ['pin-rules', token.serial],
    queryFn: () => api('getOwnPinRules', { params: { serial: token.serial } }),
  });
  const say = useRules();
  const refused = fieldProblem(save.error, 'pin');
  return (
    <Form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        const lacks = forgotten && (first.trim() === '' || second.trim() === '');
        setDiffer(pin !== again);
        setMissing(lacks);
        if (pin === again && pin !== '' && !lacks) save.mutate();
      }}
    >
      <Content component="p">{t('pin.body')}</Content>
      {refused === undefined && <Wrong error={save.error ?? rules.error} />}
      {forgotten && (
        <>
          <TextField
            label={t('resynchronise.first')}
            value={first}
            onChange={setFirst}
            help={t('pin.codesHelp')}
            error={missing && first.trim() === '' ? t('activate.confirm.missing') : undefined}
            required
            mono
          />
          <TextField
            label={t('resynchronise.second')}
            value={second}
            onChange={setSecond}
            help={t('resynchronise.secondHelp')}
            error={missing && second.trim() === '' ? t('activate.confirm.missing') : undefined}
            required
            mono
          />
        </>
      )}
      <TextField
        label={t('pin.label')}
        type="password"
        value={pin}
        onChange={setPin}
        required
        help={rules.data === undefined ? undefined : say(rules.data)}
        error={refused}
      />
      <TextField
        label={t('pin.again')}
        type="password"
        value={again}
        onChange={setAgain}
        required
        error={differ ? t('pin.differ') : undefined}
      />
      <div>
        <Button type="submit" isLoading={save.isPending} isDisabled={save.isPending}>
          {t('pin.submit')}
        </Button>
      </div>
    </Form>
  );
}

/** All rules in one text. */
function useRules(): (rules: OwnPinRules) => string {
  const { t } = useTranslation('selfService');
  return ({ minLength, maxLength, characters, ...rules }) =>
    [
      minLength === maxLength
        ? t(`pin.exact.${characters}`, { length: minLength })
        : t(`pin.length.${characters}`, { least: minLength, most: maxLength }),
      rules.minLetters > 0 && t('pin.letters', { count: rules.minLetters }),
      rules.minDigits > 0 && t('pin.digits', { count: rules.minDigits }),
      rules.noLeadingZero && t('pin.noLeadingZero'),
      rules.wordsExcluded && t('pin.words'),
      rules.history > 0 && t('pin.history', { count: rules.history }),
      t('pin.rulesMore'),
    ]
      .filter(Boolean)
      .join(' ');
}
