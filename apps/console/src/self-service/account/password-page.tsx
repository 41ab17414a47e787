/** Change password, from the menu of the person. */

import { Link } from 'react-router';
import { useOnward } from '../../ui/use-onward.ts';
import { Part } from '../part.tsx';
import { useTexts } from '../use-texts.ts';
import { PasswordForm } from './password-form.tsx';

export function Component() {
  const t = useTexts();
  const onward = useOnward();
  return (
    <Part title={t('password.title')} above={<Link to="/">{t('toTokens')}</Link>}>
      <PasswordForm onDone={() => onward('/')} />
    </Part>
  );
}
