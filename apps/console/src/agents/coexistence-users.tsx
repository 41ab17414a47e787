/** Who has moved, who waits, and who has to be looked at. */
import { MOVES, type Move } from '@sower/api/coexistences';
import { visible } from '@sower/bytes/printable';
import { useSearchParams } from 'react-router';
import { useAnswer } from '../api/use-answer.ts';
import { holderOf } from '../api/user-words.ts';
import { useConsole } from '../session/use-console.ts';
import { Link } from '../ui/link.tsx';
import { keptSize, pageIn } from '../ui/lists/cursor-paging.tsx';
import { Listing } from '../ui/lists/listing.tsx';
import { TabBar } from '../ui/tab-bar.tsx';

const TABS: readonly Move[] = ['conflict', ...MOVES.filter((move) => move !== 'conflict')];

export function CoexistenceUsers() {
  const { t, time } = useConsole();
  const [parameters, setParameters] = useSearchParams();
  const move = TABS.find((tab) => tab === parameters.get('tab')) ?? 'conflict';
  const { limit, ...from } = pageIn(parameters);
  const page = { limit: Math.min(200, limit), ...from };
  const users = useAnswer('listCoexistenceUsers', {
    query: { move, ...page },
  });
  return (
    <TabBar
      label={t('coexistence.tabsName')}
      tabs={TABS}
      nameOf={(tab) => t(`coexistence.tabs.${tab}`)}
      shown={move}
      onShow={(tab) => setParameters({ tab, ...keptSize(parameters) })}
    >
      <Listing
        paged
        query={users}
        none={{ title: t(`coexistence.noUsers.${move}`), body: t(`coexistence.noUsersBody.${move}`) }}
        label={t(`coexistence.tabs.${move}`)}
        keyOf={({ userId }) => userId}
        columns={[
          [
            t('coexistence.user'),
            (user) =>
              user.lesson === 'unknown-user' ? (
                visible(user.userId)
              ) : (
                <Link to={`/users/${encodeURIComponent(user.userId)}`}>{holderOf(user)}</Link>
              ),
          ],
          [
            t('coexistence.lesson'),
            ({ lesson }) =>
              lesson === undefined ? t('coexistence.notYet') : t(`coexistence.lessons.${lesson}`),
          ],
          [
            t('coexistence.tokens'),
            ({ serials }) =>
              serials.map((serial) => (
                <div key={serial}>
                  <Link className="sower-mono" to={`/tokens/${encodeURIComponent(serial)}`}>
                    {serial}
                  </Link>
                </div>
              )),
          ],
          {
            label: t('coexistence.at'),
            cell: ({ at }) => (at === undefined ? t('coexistence.never') : time(at)),
          },
        ]}
      />
    </TabBar>
  );
}
