/** Where I am logged on, from the menu of the person. */
import { OwnSessions } from '../../session/own-sessions.tsx';
import { Link } from '../../ui/link.tsx';
import { Part } from '../part.tsx';
import { useTexts } from '../use-person.ts';

export function Component() {
  const t = useTexts();
  return (
    <Part title={t('sessions.title')} above={<Link to="/">{t('toTokens')}</Link>}>
      <OwnSessions of="user" />
    </Part>
  );
}
