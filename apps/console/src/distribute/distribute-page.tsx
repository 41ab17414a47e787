/** The Distribute screen: choose, Save and Distribute, hand over, watch. */
import { useState } from 'react';
import { useParams, useSearchParams } from 'react-router';
import { useAnswer } from '../api/use-answer.ts';
import { holderOf } from '../api/user-words.ts';
import { useConsole } from '../session/use-console.ts';
import { LinkButton } from '../ui/link.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { Alert } from '../ui/patternfly.tsx';
import { Screen } from '../ui/screen.tsx';
import { DistributeForm } from './distribute-form.tsx';
import type { Distributed } from './distributed.ts';
import { DistributeResultView } from './result-view.tsx';
import { undistributable } from './undistributable.ts';

export function Component() {
  const { t } = useConsole();
  const { serial = '' } = useParams();
  /** The preselected profile, by name: that of the token to replace. */
  const preselected = useSearchParams()[0].get('profile');
  /** Only here, only in memory: the activation code is in no cache and no storage. */
  const [distributed, setDistributed] = useState<Distributed>();
  const token = useAnswer('getToken', { params: { serial } });
  const profiles = useAnswer('listProfiles', { query: { limit: 1000 } });
  const deviceTypes = useAnswer('listDeviceTypes', {});
  return (
    <Screen title={t('distribute.title', { serial })} within={{ label: serial, to: `/tokens/${serial}` }}>
      {distributed?.result.serial === serial && token.data ? (
        <DistributeResultView
          distributed={distributed}
          userId={token.data.userId ?? ''}
          user={holderOf(token.data)}
        />
      ) : (
        <Loaded query={token}>
          {(loaded) => {
            const refusal = undistributable(t, loaded);
            if (refusal !== undefined) {
              return (
                <Alert variant="warning" title={refusal}>
                  <div className="sower-actions">
                    <LinkButton to={`/tokens/${serial}`}>{t('distribute.toToken')}</LinkButton>
                  </div>
                </Alert>
              );
            }
            return (
              <Loaded query={profiles}>
                {({ items }) => (
                  <Loaded query={deviceTypes}>
                    {(types) => (
                      <DistributeForm
                        key={serial}
                        token={loaded}
                        profiles={items}
                        deviceTypes={types.items}
                        preselected={items.find(({ name }) => name === preselected)}
                        onDistributed={setDistributed}
                      />
                    )}
                  </Loaded>
                )}
              </Loaded>
            );
          }}
        </Loaded>
      )}
    </Screen>
  );
}
