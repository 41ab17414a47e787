/** Administration > Provisioning > Stand-ins: who decides requests in place of whom. */
import type { StandIn } from '@sower/api/stand-ins';
import { useState } from 'react';
import { useAnswer } from '../api/use-answer.ts';
import { useConsole } from '../session/use-console.ts';
import { asking, helped } from '../texts/use-texts.ts';
import { FormDialog, useQuestion } from '../ui/dialogs/small-dialogs.tsx';
import { TextField } from '../ui/field.tsx';
import { useFields } from '../ui/forms/form.tsx';
import { Listing } from '../ui/lists/listing.tsx';
import { Button } from '../ui/patternfly.tsx';
import { Screen } from '../ui/screen.tsx';
import { startOfDay } from '../ui/times.ts';

const KEY = ['stand-ins'] as const;

export function Component() {
  const { t, api, can, userName, time } = useConsole();
  const [adding, setAdding] = useState(false);
  const [end, ending] = useQuestion<StandIn>(({ id, standIn, administrator }) => ({
    ...asking(t, 'standIns.end', { standIn, administrator }),
    danger: false,
    onConfirm: () => api('endStandIn', { params: { id } }),
    said: t('standIns.ended', { standIn, administrator }),
    changes: KEY,
  }));
  const standIns = useAnswer('listStandIns', {}, { staleTime: 0 });
  const add = standIns.data?.canAdd === true && (
    <Button onClick={() => setAdding(true)}>{t('standIns.add')}</Button>
  );
  return (
    <Screen title={t('standIns.title')} intro={t('standIns.intro')} actions={add}>
      <Listing
        query={standIns}
        none={{ title: t('standIns.none'), body: t('standIns.noneBody'), action: add }}
        columns={[
          [t('standIns.away'), (row) => row.administrator],
          [t('standIns.standIn'), (row) => row.standIn],
          { label: t('standIns.from'), cell: (row) => time(row.from) },
          { label: t('standIns.until'), cell: (row) => time(row.until) },
        ]}
        actions={(row) =>
          (row.administrator === userName || can('administrators:edit')) && (
            <Button
              variant="secondary"
              aria-label={t('standIns.endNamed', {
                standIn: row.standIn,
                administrator: row.administrator,
              })}
              onClick={() => end(row)}
            >
              {t('standIns.end')}
            </Button>
          )
        }
      />
      {adding && <AddDialog onClose={() => setAdding(false)} />}
      {ending}
    </Screen>
  );
}

function AddDialog({ onClose }: { onClose: () => void }) {
  const { t, api } = useConsole();
  const { values, field } = useFields({ standIn: '', first: '', last: '' });
  const { standIn, first, last } = values;
  return (
    <FormDialog
      title={t('standIns.add')}
      action={t('standIns.add')}
      ready={standIn.trim() !== '' && last !== ''}
      onClose={onClose}
      onSubmit={() =>
        api('addStandIn', {
          body: {
            standIn,
            ...(first === '' ? {} : { from: startOfDay(first).toISOString() }),
            until: startOfDay(last, 1).toISOString(),
          },
        })
      }
      said={t('standIns.added', { standIn })}
      changes={KEY}
    >
      <TextField label={t('standIns.name')} required {...field('standIn')} />
      <TextField {...helped(t, 'standIns.firstDay')} type="date" {...field('first', 'from')} />
      <TextField label={t('standIns.lastDay')} type="date" required {...field('last', 'until')} />
    </FormDialog>
  );
}
