/** First of all: a password set by the help desk is replaced by one that only its user knows. */
import { Content } from '@patternfly/react-core';
import { Frame } from '../frame.tsx';
import { Part } from '../part.tsx';
import { useTexts } from '../use-texts.ts';
import { PasswordForm } from './password-form.tsx';

/** @param typed what was typed a moment ago to log on */
export function FirstPasswordPage({ typed }: { typed: string | undefined }) {
  const t = useTexts();
  return (
    <Frame bare>
      <Part title={t('password.mustTitle')}>
        <Content component="p">{t('password.mustBody')}</Content>
        <PasswordForm typed={typed} onDone={() => undefined} />
      </Part>
    </Frame>
  );
}
