/** The recipients of a distribution: a file, a list, a search, or those who did not activate an earlier one. */
import type { DistributeManyInput } from '@sower/api/jobs';
import { decodeText } from '@sower/api/user-file';
import { DomainField } from '../domains/domain-field.tsx';
import { helped, useTexts } from '../texts/use-texts.ts';
import { AreaField, RadioField, TextField } from '../ui/field.tsx';
import { FileField } from '../ui/forms/file-field.tsx';
import { partsOf } from '../ui/forms/parts-of.ts';
import type { ChosenTokens } from './chosen-tokens.ts';
import { SearchWords } from './search-words.tsx';

const WAYS = ['file', 'list', 'search'] as const;
export type Who = {
  readonly how: (typeof WAYS)[number] | 'chosen';
  readonly file?: string;
  readonly list?: string;
  readonly search?: string;
  readonly domain?: string;
  readonly group?: string;
};

/** @returns undefined while no one is chosen */
export function choiceOf(
  { how, file = '', list = '', search = '', domain = '', group = '' }: Who,
  chosen: ChosenTokens | undefined,
): DistributeManyInput['choose'] | undefined {
  const userIds = partsOf(list, '\n');
  return {
    file: file.trim() === '' ? undefined : { file },
    list: userIds.length === 0 ? undefined : { userIds },
    search: {
      users: {
        ...(search.trim() === '' ? {} : { search: search.trim() }),
        ...(domain === '' ? {} : { securityDomain: domain }),
        ...(group.trim() === '' ? {} : { group: group.trim() }),
      },
    },
    chosen: chosen as DistributeManyInput['choose'] | undefined,
  }[how];
}

/** What the job is called, and whom it is for. */
export function WhoFields({
  name,
  nameHelp,
  who,
  onWho,
  chosen,
}: {
  name: { value: string; onChange: (value: string) => void; path: string };
  nameHelp: string;
  who: Who;
  onWho: (who: Who) => void;
  /** What was chosen before this page. */
  chosen: ChosenTokens | undefined;
}) {
  const t = useTexts();
  return (
    <>
      <TextField id="job-name" label={t('distributeMany.name')} help={nameHelp} required {...name} />
      <RadioField
        name="job-who"
        label={t('distributeMany.who')}
        value={who.how}
        onChange={(how) => onWho({ ...who, how })}
        choices={[...(chosen ? (['chosen'] as const) : []), ...WAYS].map((way) => ({
          value: way,
          label:
            way === 'chosen' && chosen && 'notActivatedOf' in chosen
              ? t('distributeMany.again')
              : t(`distributeMany.how.${way}`),
        }))}
      />
      {who.how === 'chosen' && chosen && 'tokens' in chosen && <SearchWords search={chosen.tokens} />}
      {who.how === 'chosen' && chosen && 'serials' in chosen && (
        <p className="sower-mono sower-wrap">{chosen.serials.join(' ')}</p>
      )}
      {who.how === 'file' && (
        <FileField
          label={t('distributeMany.file')}
          help={
            who.file === undefined || who.file === ''
              ? t('distributeMany.fileHelp')
              : t('distributeMany.fileChosen', { count: partsOf(who.file, '\n').length })
          }
          accept=".csv,.txt,text/csv,text/plain"
          onFile={(octets) => onWho({ ...who, file: decodeText(octets).text })}
        />
      )}
      {who.how === 'list' && (
        <AreaField
          id="job-list"
          {...helped(t, 'distributeMany.list')}
          rows={6}
          value={who.list ?? ''}
          onChange={(list) => onWho({ ...who, list })}
        />
      )}
      {who.how === 'search' && (
        <>
          <TextField
            id="job-search"
            {...helped(t, 'distributeMany.search')}
            value={who.search ?? ''}
            onChange={(search) => onWho({ ...who, search })}
          />
          <DomainField
            value={who.domain ?? ''}
            onChange={(domain) => onWho({ ...who, domain })}
            none={t('distributeMany.anyDomain')}
          />
          <TextField
            id="job-group"
            {...helped(t, 'distributeMany.group')}
            value={who.group ?? ''}
            onChange={(group) => onWho({ ...who, group })}
            path="choose.users.group"
          />
        </>
      )}
    </>
  );
}
