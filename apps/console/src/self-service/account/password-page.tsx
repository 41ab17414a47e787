/** Change password, from the menu of the person. */
import { useTranslation } from 'react-i18next';
import { Link, useNavigate } from 'react-router';
import { Part } from '../part.tsx';
import { PasswordForm } from './password-form.tsx';

export function Component() {
  const { t } = useTranslation('selfService');
  const navigate = useNavigate();
  return (
    <Part title={t('password.title')} above={<Link to="/">{t('toTokens')}</Link>}>
      <PasswordForm onDone={() => navigate('/')} />
    </Part>
  );
}
