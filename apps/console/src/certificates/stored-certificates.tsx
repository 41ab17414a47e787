/** The certificates and requests stored on the server, and going back to an earlier one. */
import { Card, CardBody, CardTitle, Label } from '@patternfly/react-core';
import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import type { Certificate, StoredCertificate } from '@sower/api/certificates';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useApi } from '../api/use-api.ts';
import { useTexts } from '../texts/use-texts.ts';
import { ActionMenu, type MenuEntry } from '../ui/action-menu.tsx';
import { ConfirmDialog } from '../ui/dialogs/confirm-dialog.tsx';
import { Loaded } from '../ui/loaded.tsx';
import { Nothing } from '../ui/nothing.tsx';
import { useNotice } from '../ui/notices.tsx';
import { useTimes } from '../ui/times.ts';
import { RequestView } from './request-dialog.tsx';

type Asked = { what: 'use' | 'delete'; id: string; subject: string; request?: boolean };

export function StoredCertificates({
  source,
  onUpload,
}: {
  source: Certificate['source'];
  onUpload: () => void;
}) {
  const t = useTexts();
  const api = useApi();
  const queries = useQueryClient();
  const notice = useNotice();
  const { time } = useTimes();
  const [asked, setAsked] = useState<Asked>();
  const [shown, setShown] = useState<StoredCertificate>();
  const stored = useQuery({ queryKey: ['certificates'], queryFn: () => api('listCertificates', {}) });
  const own = t('certificates.stored.own');
  const chosen = stored.data?.items.some(({ state }) => state === 'in-use') ?? false;

  const menuOf = (item: StoredCertificate): MenuEntry[] => {
    const { id, subject, state } = item;
    return [
      ...(item.request === undefined
        ? []
        : [{ label: t('certificates.stored.show'), onSelect: () => setShown(item) }]),
      ...(state === 'request' ? [{ label: t('certificates.stored.answer'), onSelect: onUpload }] : []),
      ...(state === 'kept'
        ? [
            {
              label: t('certificates.stored.use'),
              onSelect: () => setAsked({ what: 'use', id, subject }),
            },
          ]
        : []),
      ...(state === 'in-use'
        ? []
        : [
            {
              label: t('certificates.stored.delete'),
              danger: true,
              separated: true,
              onSelect: () => setAsked({ what: 'delete', id, subject, request: state === 'request' }),
            },
          ]),
    ];
  };
  const stateOf = (state: StoredCertificate['state']): string =>
    state === 'in-use' && source !== 'stored'
      ? t('certificates.stored.chosen')
      : t(`certificates.stored.states.${state}`);
  return (
    <Card component="section">
      <CardTitle component="h2">{t('certificates.stored.title')}</CardTitle>
      <CardBody>
        <div className="sower-stack">
          <p>{t('certificates.precedence')}</p>
          <Loaded query={stored} lines={2}>
            {({ items }) =>
              items.length === 0 ? (
                <Nothing title={t('certificates.stored.none')} body={t('certificates.stored.noneBody')} />
              ) : (
                <Table aria-label={t('certificates.stored.title')} variant="compact" gridBreakPoint="grid-md">
                  <Thead>
                    <Tr>
                      <Th>{t('certificates.subject')}</Th>
                      <Th>{t('certificates.stored.state')}</Th>
                      <Th>{t('certificates.names')}</Th>
                      <Th>{t('certificates.validTo')}</Th>
                      <Th>{t('certificates.stored.made')}</Th>
                      <Th screenReaderText={t('ui.actions')} />
                    </Tr>
                  </Thead>
                  <Tbody>
                    {items.map((item) => (
                      <Tr key={item.id}>
                        <Td dataLabel={t('certificates.subject')} modifier="breakWord">
                          {item.subject}
                        </Td>
                        <Td dataLabel={t('certificates.stored.state')}>
                          <Label
                            color={
                              item.state === 'in-use' ? 'green' : item.state === 'request' ? 'blue' : 'grey'
                            }
                          >
                            {stateOf(item.state)}
                          </Label>
                        </Td>
                        <Td dataLabel={t('certificates.names')} modifier="breakWord">
                          {item.names.join(', ')}
                        </Td>
                        <Td dataLabel={t('certificates.validTo')}>
                          {item.chain[0] ? time(item.chain[0].validTo) : '–'}
                        </Td>
                        <Td dataLabel={t('certificates.stored.made')}>{time(item.createdAt)}</Td>
                        <Td isActionCell>
                          {menuOf(item).length > 0 && (
                            <ActionMenu
                              label={t('certificates.stored.menuOf', { subject: item.subject })}
                              entries={menuOf(item)}
                            />
                          )}
                        </Td>
                      </Tr>
                    ))}
                    <Tr>
                      <Td dataLabel={t('certificates.subject')}>{own}</Td>
                      <Td dataLabel={t('certificates.stored.state')}>
                        <Label color={source === 'own' ? 'green' : 'grey'}>
                          {t(`certificates.stored.states.${source === 'own' ? 'in-use' : 'kept'}`)}
                        </Label>
                      </Td>
                      <Td dataLabel={t('certificates.names')}>{t('certificates.stored.ownNames')}</Td>
                      <Td dataLabel={t('certificates.validTo')}>–</Td>
                      <Td dataLabel={t('certificates.stored.made')}>–</Td>
                      <Td isActionCell>
                        {chosen && (
                          <ActionMenu
                            label={t('certificates.stored.menuOf', { subject: own })}
                            entries={[
                              {
                                label: t('certificates.stored.use'),
                                onSelect: () => setAsked({ what: 'use', id: 'own', subject: own }),
                              },
                            ]}
                          />
                        )}
                      </Td>
                    </Tr>
                  </Tbody>
                </Table>
              )
            }
          </Loaded>
        </div>
      </CardBody>
      {shown && <RequestView request={shown} onClose={() => setShown(undefined)} />}
      {asked && (
        <ConfirmDialog
          title={t(`certificates.stored.${asked.what}Title`, { subject: asked.subject })}
          action={t(asked.what === 'use' ? 'certificates.stored.useAction' : 'ui.delete')}
          danger={asked.what === 'delete'}
          onClose={() => setAsked(undefined)}
          onConfirm={async () => {
            const params = { id: asked.id };
            if (asked.what === 'use') {
              await api('useCertificate', { params });
              notice(t('certificates.upload.used'));
            } else {
              await api('deleteCertificate', { params });
              notice(t('certificates.stored.deleted', { subject: asked.subject }));
            }
            await queries.invalidateQueries({
              predicate: ({ queryKey }) => /^certificate/.test(String(queryKey[0])),
            });
          }}
        >
          <p>
            {asked.what === 'use'
              ? t('certificates.stored.useBody')
              : t(asked.request ? 'certificates.stored.deleteRequestBody' : 'certificates.stored.deleteBody')}
          </p>
        </ConfirmDialog>
      )}
    </Card>
  );
}
