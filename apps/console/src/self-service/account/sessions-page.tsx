/** Where I am logged on, from the menu of the person. */
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { OwnSessions } from '../../session/own-sessions.tsx';
import { Part } from '../part.tsx';

export function Component() {
  const { t } = useTranslation('selfService');
  return (
    <Part title={t('sessions')} above={<Link to="/">{t('toTokens')}</Link>}>
      <OwnSessions of="user" />
    </Part>
  );
}
