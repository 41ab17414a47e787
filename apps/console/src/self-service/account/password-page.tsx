/** Change password, from the menu of the person. */

import { Link, useNavigate } from 'react-router';
import { Part } from '../part.tsx';
import { useTexts } from '../use-texts.ts';
import { PasswordForm } from './password-form.tsx';

export function Component() {
  const t = useTexts();
  const navigate = useNavigate();
  return (
    <Part title={t('password.title')} above={<Link to="/">{t('toTokens')}</Link>}>
      <PasswordForm onDone={() => navigate('/')} />
    </Part>
  );
}
