/** What a row of the audit trail is about, as a link to its page if it has one. It may be gone by now: the page says so. */
import { userInTrail } from '@sower/api/audit';
import { visible } from '@sower/bytes/printable';
import { Link } from 'react-router';

const PAGES: Readonly<Record<string, (name: string) => string>> = {
  token: (serial) => `/tokens/${encodeURIComponent(serial)}`,
  administrator: (name) => `/administrators/${encodeURIComponent(name)}`,
};

/** A user by name first, as everywhere. */
export function AuditObject({ object, userName }: { object: string; userName?: string | undefined }) {
  const [kind = '', ...rest] = object.split(':');
  const userId = userInTrail(object);
  const name = userId ?? rest.join(':');
  const to = userId === undefined ? PAGES[kind]?.(name) : `/users/${encodeURIComponent(userId)}`;
  const shown = to === undefined || name === '' ? visible(object) : <Link to={to}>{visible(object)}</Link>;
  return userName === undefined ? (
    shown
  ) : (
    <>
      {visible(userName)} {shown}
    </>
  );
}
