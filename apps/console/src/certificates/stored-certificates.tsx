/** The certificates and requests stored on the server, and going back to an earlier one. */
import { Label } from '@patternfly/react-core';
import type { Certificate, StoredCertificate } from '@sower/api/certificates';
import { useState } from 'react';
import { useAnswer } from '../api/use-answer.ts';
import { useConsole } from '../session/use-console.ts';
import { lastEntry, type MenuEntries, type MenuEntry } from '../ui/action-menu.tsx';
import { ConfirmDialog } from '../ui/dialogs/small-dialogs.tsx';
import { ItemTable, Listing } from '../ui/lists/listing.tsx';
import { TitledCard } from '../ui/titled-card.tsx';
import { RequestView } from './request-dialog.tsx';

type Asked = { what: 'use' | 'delete' | 'revoke'; id: string; subject: string; request?: boolean };

export function StoredCertificates({
  source,
  onUpload,
}: {
  source: Certificate['source'];
  onUpload: () => void;
}) {
  const { t } = useConsole();
  const [asked, setAsked] = useState<Asked>();
  const [shown, setShown] = useState<StoredCertificate>();
  const stored = useAnswer('listCertificates', {});
  const menuOf = (item: StoredCertificate): MenuEntries => {
    const { id, subject, state, request } = item;
    const ask = (what: Asked['what']) => () => setAsked({ what, id, subject, request: state === 'request' });
    return [
      request !== undefined && { label: t('certificates.stored.show'), onSelect: () => setShown(item) },
      state === 'request' && { label: t('certificates.stored.answer'), onSelect: onUpload },
      state === 'kept' && { label: t('certificates.stored.use'), onSelect: ask('use') },
      item.byAcme && state === 'kept' && lastEntry(t('certificates.acme.revoke'), ask('revoke')),
      state !== 'in-use' && lastEntry(t('certificates.stored.delete'), ask('delete')),
    ];
  };
  const own = t('certificates.stored.own');
  const backToOwn: MenuEntry = {
    label: t('certificates.stored.use'),
    onSelect: () => setAsked({ what: 'use', id: 'own', subject: own }),
  };
  return (
    <TitledCard title={t('certificates.stored.title')}>
      <div className="sower-stack">
        <p>{t('certificates.precedence')}</p>
        <Listing
          query={stored}
          none={{ title: t('certificates.stored.none'), body: t('certificates.stored.noneBody') }}
        >
          {(items) => (
            <StoredTable
              items={items}
              source={source}
              menuOf={(item) =>
                item === 'own' ? [items.some(({ state }) => state === 'in-use') && backToOwn] : menuOf(item)
              }
            />
          )}
        </Listing>
      </div>
      {shown && <RequestView request={shown} onClose={() => setShown(undefined)} />}
      {asked && <Question asked={asked} onClose={() => setAsked(undefined)} />}
    </TitledCard>
  );
}

/** @param menuOf also of the server's own certificate, which stands below the stored ones */
function StoredTable({
  items,
  source,
  menuOf,
}: {
  items: readonly StoredCertificate[];
  source: Certificate['source'];
  menuOf: (item: StoredCertificate | 'own') => MenuEntries;
}) {
  const { t, time } = useConsole();
  const own = t('certificates.stored.own');
  const stateOf = (item: StoredCertificate | 'own'): StoredCertificate['state'] =>
    item !== 'own' ? item.state : source === 'own' ? 'in-use' : 'kept';
  return (
    <ItemTable
      label={t('certificates.stored.title')}
      breakAt="grid-md"
      items={[...items, 'own'] as const}
      keyOf={(item) => (item === 'own' ? item : item.id)}
      columns={[
        [t('certificates.subject'), (item) => (item === 'own' ? own : item.subject)],
        {
          label: t('certificates.stored.state'),
          cell: (item) => (
            <Label color={COLOURS[stateOf(item)]}>
              {item !== 'own' && item.state === 'in-use' && source !== 'stored'
                ? t('certificates.stored.chosen')
                : t(`certificates.stored.states.${stateOf(item)}`)}
            </Label>
          ),
        },
        [
          t('certificates.names'),
          (item) => (item === 'own' ? t('certificates.stored.ownNames') : item.names.join(', ')),
        ],
        {
          label: t('certificates.validTo'),
          cell: (item) => (item !== 'own' && item.chain[0] ? time(item.chain[0].validTo) : '–'),
        },
        {
          label: t('certificates.stored.made'),
          cell: (item) => (item === 'own' ? '–' : time(item.createdAt)),
        },
      ]}
      menu={(item) => ({
        label: t('certificates.stored.menuOf', { subject: item === 'own' ? own : item.subject }),
        entries: menuOf(item),
      })}
    />
  );
}

const COLOURS = { 'in-use': 'green', request: 'blue', kept: 'grey', revoked: 'red' } as const;

function Question({ asked: { what, id, subject, request }, onClose }: { asked: Asked; onClose: () => void }) {
  const { t, api } = useConsole();
  const params = { id };
  const question = {
    use: {
      title: t('certificates.stored.useTitle', { subject }),
      action: t('certificates.stored.useAction'),
      body: t('certificates.stored.useBody'),
      said: t('certificates.upload.used'),
      onConfirm: () => api('useCertificate', { params }),
    },
    delete: {
      title: t('certificates.stored.deleteTitle', { subject }),
      action: t('ui.delete'),
      body: t(request ? 'certificates.stored.deleteRequestBody' : 'certificates.stored.deleteBody'),
      said: t('certificates.stored.deleted', { subject }),
      onConfirm: () => api('deleteCertificate', { params }),
    },
    revoke: {
      title: t('certificates.acme.revokeTitle', { subject }),
      action: t('certificates.acme.revoke'),
      body: t('certificates.acme.revokeBody'),
      said: t('certificates.acme.revoked', { subject }),
      onConfirm: () => api('revokeCertificate', { params, body: {} }),
    },
  }[what];
  return <ConfirmDialog {...question} danger={what !== 'use'} onClose={onClose} />;
}
