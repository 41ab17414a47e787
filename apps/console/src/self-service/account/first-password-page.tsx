/** First of all: a password set by the help desk is replaced by one that only its user knows. */
import { Content } from '@patternfly/react-core';
import { Frame } from '../frame.tsx';
import { Part } from '../part.tsx';
import { useTexts } from '../use-texts.ts';
import { PasswordForm } from './password-form.tsx';

export function FirstPasswordPage() {
  const t = useTexts();
  return (
    <Frame bare>
      <Part title={t('password.mustTitle')}>
        <Content component="p">{t('password.mustBody')}</Content>
        <PasswordForm onDone={() => undefined} />
      </Part>
    </Frame>
  );
}
