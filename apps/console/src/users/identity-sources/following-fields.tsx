/** When a directory is read, when a run stops, and whether its users log on with its passwords. */
import { Checkbox } from '@patternfly/react-core';
import { useTexts } from '../../texts/use-texts.ts';
import { TextField } from '../../ui/field.tsx';
import { Group } from './connection-fields.tsx';
import { BOUNDS } from './source-draft.ts';
import type { SourceFields } from './source-fields.ts';

export function FollowingFields({ fields: { text, flag } }: { fields: SourceFields }) {
  const t = useTexts();
  return (
    <>
      <Group id="source-schedule" title={t('sources.schedule')}>
        <TextField
          label={t('sources.everyMinutes')}
          help={t('sources.everyMinutesHelp')}
          type="number"
          {...text('everyMinutes')}
        />
        <TextField
          label={t('sources.fullEveryHours')}
          help={t('sources.fullEveryHoursHelp')}
          type="number"
          {...text('fullEveryHours')}
        />
      </Group>
      <Group id="source-stop" title={t('sources.stop')}>
        <p>{t('sources.stopHelp')}</p>
        {BOUNDS.map(({ kind, atLeast, percent }) => (
          <div key={kind} className="sower-pair">
            <TextField
              label={t('sources.stopAtLeast', { change: t(`sourceRuns.changeKinds.${kind}`) })}
              type="number"
              {...text(atLeast)}
            />
            <TextField
              label={t('sources.stopPercent', { change: t(`sourceRuns.changeKinds.${kind}`) })}
              type="number"
              {...text(percent)}
            />
          </div>
        ))}
      </Group>
      <Group id="source-notify" title={t('sources.told')}>
        <TextField label={t('sources.notify')} help={t('sources.notifyHelp')} {...text('notify')} />
      </Group>
      <Group id="source-log-on" title={t('sources.logOn')}>
        <Checkbox id="source-log-on-enabled" label={t('sources.logOnEnabled')} {...flag('logOn')} />
        <TextField
          label={t('sources.logOnTries')}
          help={t('sources.logOnTriesHelp')}
          type="number"
          {...text('tries')}
        />
        <TextField label={t('sources.logOnMinutes')} type="number" {...text('minutes')} />
        <Checkbox
          id="source-look-up"
          label={t('sources.lookUp')}
          description={t('sources.lookUpHelp')}
          {...flag('lookUp')}
        />
      </Group>
    </>
  );
}
