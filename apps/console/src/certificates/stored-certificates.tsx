/** The certificates and requests stored on the server, and going back to an earlier one. */
import { Label } from '@patternfly/react-core';
import type { Certificate, StoredCertificate } from '@sower/api/certificates';
import { useAnswer } from '../api/use-answer.ts';
import { useConsole } from '../session/use-console.ts';
import { asking } from '../texts/use-texts.ts';
import { lastEntry, type MenuEntries, type MenuEntry } from '../ui/action-menu.tsx';
import { useQuestion, useWindow } from '../ui/dialogs/small-dialogs.tsx';
import { ItemTable, Listing } from '../ui/lists/listing.tsx';
import { TitledCard } from '../ui/titled-card.tsx';
import { RequestView } from './request-dialog.tsx';

export function StoredCertificates({
  source,
  onUpload,
}: {
  source: Certificate['source'];
  onUpload: () => void;
}) {
  const { t, api } = useConsole();
  const [show, showing] = useWindow<StoredCertificate>((request, onClose) => (
    <RequestView request={request} onClose={onClose} />
  ));
  const [choose, choosing] = useQuestion<Pick<StoredCertificate, 'id' | 'subject'>>(({ id, subject }) => ({
    title: t('certificates.stored.useTitle', { subject }),
    action: t('certificates.stored.useAction'),
    body: t('certificates.stored.useBody'),
    danger: false,
    onConfirm: () => api('useCertificate', { params: { id } }),
    said: t('certificates.upload.used'),
  }));
  const [remove, removing] = useQuestion<StoredCertificate>(({ id, subject, state }) => ({
    title: t('certificates.stored.deleteTitle', { subject }),
    action: t('ui.delete'),
    body: t(state === 'request' ? 'certificates.stored.deleteRequestBody' : 'certificates.stored.deleteBody'),
    onConfirm: () => api('deleteCertificate', { params: { id } }),
    said: t('certificates.stored.deleted', { subject }),
  }));
  const [revoke, revoking] = useQuestion<StoredCertificate>(({ id, subject }) => ({
    ...asking(t, 'certificates.acme.revoke', { subject }),
    onConfirm: () => api('revokeCertificate', { params: { id }, body: {} }),
    said: t('certificates.acme.revoked', { subject }),
  }));
  const stored = useAnswer('listCertificates', {});
  const menuOf = (item: StoredCertificate): MenuEntries => {
    const { state, request } = item;
    return [
      request !== undefined && { label: t('certificates.stored.show'), onSelect: () => show(item) },
      state === 'request' && { label: t('certificates.stored.answer'), onSelect: onUpload },
      state === 'kept' && { label: t('certificates.stored.use'), onSelect: () => choose(item) },
      item.byAcme && state === 'kept' && lastEntry(t('certificates.acme.revoke'), () => revoke(item)),
      state !== 'in-use' && lastEntry(t('certificates.stored.delete'), () => remove(item)),
    ];
  };
  const backToOwn: MenuEntry = {
    label: t('certificates.stored.use'),
    onSelect: () => choose({ id: 'own', subject: t('certificates.stored.own') }),
  };
  return (
    <TitledCard title={t('certificates.stored.title')} stacked>
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
      {showing}
      {choosing}
      {removing}
      {revoking}
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
